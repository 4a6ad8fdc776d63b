/** What loads batches: the calling thread, or worker threads. */
import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../errors.ts';
import { WorkerThread, workerFile } from '../worker-thread.ts';
import { type BatchBuffers, type BatchPlan, batchLoader } from './load-batch.ts';
import type { BatchHost } from './worker.ts';

export interface Loader {
  /** How many batches it can load at the same time. */
  readonly width: number;
  load(index: number, buffers: BatchBuffers): Promise<void>;
  close(): Promise<void>;
}

/** Loads in the calling thread, while that waits for something else. */
export function ownLoader(plan: BatchPlan): Loader {
  const loadBatch = batchLoader(plan);
  return {
    width: 1,
    async load(index, buffers) {
      await setImmediate();
      await loadBatch(index, buffers);
    },
    close: async () => {},
  };
}

/** Loads in worker threads, which take turns. */
export async function threadLoader(plan: BatchPlan, count: number): Promise<Loader> {
  const threads = Array.from(
    { length: count },
    () =>
      new WorkerThread<BatchHost>(
        workerFile('worker', import.meta.url),
        'a thread that loads training pictures ended',
      ),
  );
  const close = async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  try {
    await Promise.all(threads.map((thread) => thread.wait(thread.remote.open(plan))));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    width: count,
    async load(index, buffers) {
      const thread = threads[index % count]!;
      await thread.wait(thread.remote.load(index, buffers)).catch((error: unknown) => {
        throw restored(error);
      });
    },
    close,
  };
}

/** An error from a worker thread keeps its name, but not its class. */
function restored(error: unknown): unknown {
  return error instanceof Error && error.name === 'InputError' ? new InputError(error.message) : error;
}
