import * as ort from 'onnxruntime-web';
import type { Device, NamedTensors, Runtime, Session, SessionOptions } from '../runtime/runtime.ts';

/** ONNX Runtime in a browser: WebAssembly on the CPU, or WebGPU. */
export const webRuntime: Runtime = {
  devices: ['webgpu', 'cpu'],
  accelerators: () => (hasWebGpu() ? ['webgpu'] : []),
  createSession: (model, options) => WebSession.create(model, options),
};

function hasWebGpu(): boolean {
  const { navigator } = globalThis as unknown as { navigator?: object };
  return navigator !== undefined && 'gpu' in navigator;
}

class WebSession implements Session {
  readonly device: Device;
  private readonly session: ort.InferenceSession;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(device: Device, session: ort.InferenceSession) {
    this.device = device;
    this.session = session;
  }

  static async create(model: Uint8Array, { device, threads }: SessionOptions): Promise<WebSession> {
    if (threads !== undefined) ort.env.wasm.numThreads = threads;
    const provider = device === 'cpu' ? 'wasm' : device;
    return new WebSession(
      device,
      await ort.InferenceSession.create(model, { executionProviders: [provider] }),
    );
  }

  run(inputs: NamedTensors): Promise<NamedTensors> {
    const result = this.queue.then(() => this.runNow(inputs));
    this.queue = result.catch(() => {});
    return result;
  }

  private async runNow(inputs: NamedTensors): Promise<NamedTensors> {
    const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [
      name,
      new ort.Tensor('float32', data, dims),
    ]);
    const results = await this.session.run(Object.fromEntries(feeds) as ort.InferenceSession.FeedsType);
    const outputs = Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { data: data as Float32Array, dims },
    ]);
    return Object.fromEntries(outputs) as NamedTensors;
  }

  async dispose(): Promise<void> {
    await this.queue;
    await this.session.release();
  }
}
