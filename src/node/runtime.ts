import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { CallsInTurn } from '../runtime/calls-in-turn.ts';
import { tellingOfMemory } from '../runtime/out-of-memory.ts';
import type { Device, NamedTensors, Runtime, Session, SessionOptions } from '../runtime/runtime.ts';
import { DEVICES } from '../runtime/runtime.ts';
import type { SessionHost } from './session-worker.ts';
import { WorkerThread, workerFile } from './worker-thread.ts';

/** ONNX Runtime in Node: each session runs in a worker thread of its own. */
export const nodeRuntime: Runtime = {
  devices: DEVICES.filter((device) => listSupportedBackends().some(({ name }) => name === device)),
  accelerators: () => nodeRuntime.devices.filter((device) => mayWork(device)),
  createSession: (model, options) => WorkerSession.create(model, options),
};

/** Cheap signs of hardware, so that `auto` loads no driver in vain: on Linux they complain on the terminal. */
function mayWork(device: Device): boolean {
  if (device === 'cuda') return existsSync(cudaProvider());
  if (device === 'webgpu' && process.platform === 'linux')
    return ['/dev/dri', '/dev/nvidia0'].some((path) => existsSync(path));
  return device !== 'cpu';
}

/** The library that onnxruntime-node's postinstall script downloads on request. */
function cudaProvider(): string {
  const file =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(root, 'bin', 'napi-v6', process.platform, process.arch, file);
}

class WorkerSession implements Session {
  readonly device: Device;
  private readonly thread: WorkerThread<SessionHost>;
  private readonly shared = new Map<string, Float32Array>();
  /** One at a time: the shared buffers serve one run. */
  private readonly queue = new CallsInTurn();

  private constructor(device: Device) {
    this.device = device;
    this.thread = new WorkerThread(workerFile('session-worker', import.meta.url), 'the session was disposed');
  }

  static async create(model: Uint8Array, { device, threads }: SessionOptions): Promise<WorkerSession> {
    const session = new WorkerSession(device);
    try {
      const { thread } = session;
      await tellingOfMemory(() => thread.wait(thread.remote.create(model, { device, threads })));
      return session;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  run(inputs: NamedTensors): Promise<NamedTensors> {
    return this.queue.add(() => tellingOfMemory(() => this.runNow(inputs)));
  }

  private async runNow(inputs: NamedTensors): Promise<NamedTensors> {
    const shared = mapTensors(inputs, (data, name) => this.share(data, name));
    const outputs = await this.thread.wait(this.thread.remote.run(shared));
    return mapTensors(outputs, (data) => data.slice());
  }

  /** A copy of the values in memory that the worker sees; reused while the size stays the same. */
  private share(data: Float32Array, name: string): Float32Array {
    let copy = this.shared.get(name);
    if (copy?.length !== data.length) {
      copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
      this.shared.set(name, copy);
    }
    copy.set(data);
    return copy;
  }

  dispose(): Promise<void> {
    return this.thread.terminate();
  }
}

function mapTensors(
  tensors: NamedTensors,
  map: (data: Float32Array, name: string) => Float32Array,
): NamedTensors {
  const mapped = Object.entries(tensors).map(([name, { data, dims }]) => [
    name,
    { data: map(data, name), dims },
  ]);
  return Object.fromEntries(mapped) as NamedTensors;
}
