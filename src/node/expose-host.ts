import { type MessagePort, workerData } from 'node:worker_threads';
import { type Endpoint, expose } from 'comlink';

/**
 * Offers functions to the `WorkerThread` that started this thread, and ends the thread when that lets go of it: between
 * two calls into native code, as ONNX Runtime aborts the process where a thread is ended inside one.
 */
export function exposeHost(host: object): void {
  const { port } = workerData as { port: MessagePort };
  expose(host, port as unknown as Endpoint);
  port.on('close', () => process.exit());
}
