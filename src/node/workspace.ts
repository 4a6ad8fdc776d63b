import { writeOnnx } from '../graph/onnx.ts';
import { symbol } from '../graph/shape.ts';
import { input } from '../graph/value.ts';
import type { Device, NamedTensors, SessionOptions } from '../runtime/runtime.ts';
import type { Call, OpenWorkspace, Workspace } from '../runtime/workspace.ts';
import { WorkerThread, workerFile } from './worker-thread.ts';
import type { WorkspaceHost } from './workspace-worker.ts';

/** A workspace in a worker thread of its own. */
export const openWorkspace: OpenWorkspace = (options) => WorkerWorkspace.create(options);

class WorkerWorkspace implements Workspace {
  readonly device: Device;
  private readonly thread: WorkerThread<WorkspaceHost>;

  private constructor(device: Device) {
    this.device = device;
    this.thread = new WorkerThread(
      workerFile('workspace-worker', import.meta.url),
      'the workspace was disposed',
    );
  }

  static async create({ device, threads }: SessionOptions): Promise<WorkerWorkspace> {
    const workspace = new WorkerWorkspace(device);
    const copy = writeOnnx({ y: input('x', [symbol('size')]) });
    try {
      await workspace.thread.wait(workspace.thread.remote.open({ device, threads }, copy));
      return workspace;
    } catch (error) {
      await workspace.dispose();
      throw error;
    }
  }

  define(name: string, model: Uint8Array): Promise<void> {
    return this.thread.wait(this.thread.remote.define(name, model));
  }

  write(tensors: NamedTensors): Promise<void> {
    return this.thread.wait(this.thread.remote.write(tensors));
  }

  run(calls: readonly Call[]): Promise<void> {
    return this.thread.wait(this.thread.remote.run(calls));
  }

  read(names: readonly string[]): Promise<NamedTensors> {
    return this.thread.wait(this.thread.remote.read(names));
  }

  dispose(): Promise<void> {
    return this.thread.terminate();
  }
}
