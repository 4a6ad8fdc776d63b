import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Endpoint, type Remote, wrap } from 'comlink';
import { PendingCalls } from '../runtime/pending-calls.ts';

/**
 * The file of a worker beside that of its caller: TypeScript where the sources run, JavaScript in the build.
 *
 * @param caller its `import.meta.url`
 */
export function workerFile(name: string, caller: string): URL {
  return new URL(`./${name}${extname(caller)}`, caller);
}

/** A worker thread that exposes an object of functions of type `Host`, called through comlink. */
export class WorkerThread<Host> {
  readonly remote: Remote<Host>;
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly exit: Promise<unknown>;
  private readonly calls = new PendingCalls();

  /** @param file exposes its `Host` with `exposeHost` */
  constructor(file: URL, gone: string) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(file, { workerData: { port: port2 }, transferList: [port2] });
    this.remote = wrap<Host>(port1 as unknown as Endpoint);
    this.worker.once('error', (error) => this.calls.end(error));
    this.exit = new Promise((resolve) => this.worker.once('exit', resolve));
    void this.exit.then(() => this.calls.end(new Error(gone)));
  }

  /** Keeps the process alive while a call runs, and only then: a worker that was forgotten must not hang it. */
  async wait<T>(call: Promise<T>): Promise<T> {
    if (this.calls.size === 0) this.hold('ref');
    try {
      return await this.calls.add(call);
    } finally {
      if (this.calls.size === 0) this.hold('unref');
    }
  }

  /** Ends the thread after the native call that it is in; what is asked of it then fails. */
  async terminate(): Promise<void> {
    this.worker.ref();
    this.port.close();
    await this.exit;
  }

  private hold(how: 'ref' | 'unref'): void {
    this.worker[how]();
    this.port[how]();
  }
}
