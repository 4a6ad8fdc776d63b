import type * as ort from 'onnxruntime-web';
import { InputError } from '../errors.ts';
import { CallsInTurn } from '../runtime/calls-in-turn.ts';
import { firstLine } from '../runtime/choose-device.ts';
import { tellingOfMemory } from '../runtime/out-of-memory.ts';
import type { Device, NamedTensors, Runtime, Session, SessionOptions } from '../runtime/runtime.ts';
import { type Gpu, graphicsCard, watched } from './gpu.ts';

/** A module of `onnxruntime-web`. */
export type Ort = typeof ort;

/** What a build of ONNX Runtime can do, and the name of its WebAssembly file. */
export interface Build {
  readonly webgpu: boolean;
  readonly wasm: string;
}

/** Half a minute on one slow core, a few seconds on four. */
const TILE_WORK = 2.5e11;

/**
 * ONNX Runtime in a browser: WebAssembly on the CPU and, in builds that have it, WebGPU. On WebAssembly a run blocks
 * the thread that it is called on, so this belongs into a worker; messages to it arrive between runs.
 */
export function webRuntime(ort: Ort, { webgpu, wasm }: Build): Runtime {
  // Failures reach the caller as errors; ONNX Runtime would also print them.
  ort.env.logLevel = 'fatal';
  return {
    devices: webgpu ? ['webgpu', 'cpu'] : ['cpu'],
    accelerators: () => (webgpu ? ['webgpu'] : []),
    tileWork: TILE_WORK,
    createSession: async (model, options) => {
      try {
        return await WebSession.create(ort, model, options);
      } catch (error) {
        throw notStarted(ort, wasm, error) ?? error;
      }
    },
  };
}

class WebSession implements Session {
  readonly device: Device;
  private readonly ort: Ort;
  private readonly session: ort.InferenceSession;
  /** Undefined on the CPU. */
  private readonly gpu: Gpu | undefined;
  private readonly queue = new CallsInTurn();

  private constructor(ort: Ort, device: Device, session: ort.InferenceSession, gpu: Gpu | undefined) {
    this.ort = ort;
    this.device = device;
    this.session = session;
    this.gpu = gpu;
  }

  static async create(ort: Ort, model: Uint8Array, { device, threads }: SessionOptions): Promise<WebSession> {
    // All sessions of a thread share one WebAssembly module, so the first one decides.
    if (threads !== undefined) ort.env.wasm.numThreads = hasThreads() ? threads : 1;
    const executionProviders = [device === 'cpu' ? 'wasm' : device];
    const create = () => ort.InferenceSession.create(model, { executionProviders, logSeverityLevel: 4 });
    const session = await tellingOfMemory(create);
    return new WebSession(ort, device, session, device === 'webgpu' ? await graphicsCard(ort) : undefined);
  }

  run(inputs: NamedTensors): Promise<NamedTensors> {
    return this.queue.add(() => this.runNow(inputs));
  }

  private async runNow(inputs: NamedTensors): Promise<NamedTensors> {
    // Lets messages in, such as the one that cancels: promises alone never do.
    await new Promise((resolve) => setTimeout(resolve));
    const compute = () => this.compute(inputs);
    const { gpu } = this;
    return tellingOfMemory(gpu ? () => watched(gpu, compute) : compute);
  }

  private async compute(inputs: NamedTensors): Promise<NamedTensors> {
    const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [
      name,
      new this.ort.Tensor('float32', data, dims),
    ]);
    const results = await this.session.run(Object.fromEntries(feeds) as ort.InferenceSession.FeedsType);
    const outputs = Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { data: data as Float32Array, dims },
    ]);
    return Object.fromEntries(outputs) as NamedTensors;
  }

  dispose(): Promise<void> {
    return this.queue.add(() => this.session.release());
  }
}

/** Threads share memory, which browsers allow only to pages that are isolated from other origins. */
function hasThreads(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return crossOriginIsolated !== false;
}

/** ONNX Runtime does not say where it looked for its WebAssembly. */
function notStarted({ env }: Ort, wasm: string, error: unknown): InputError | undefined {
  const reason = firstLine(error);
  if (!reason.startsWith('no available backend')) return undefined;
  const { wasmPaths } = env.wasm;
  const place = typeof wasmPaths === 'object' ? wasmPaths.wasm : `${wasm} beside the script`;
  return new InputError(`expected ONNX Runtime's WebAssembly at ${place}, but it does not start (${reason})`);
}
