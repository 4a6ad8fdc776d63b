/** The worker thread that loads batches, into memory that it shares with the thread that asks for them. */
import { exposeHost } from '../expose-host.ts';
import { type BatchBuffers, type BatchPlan, batchLoader, type LoadBatch } from './load-batch.ts';

let loadBatch: LoadBatch;

const host = {
  open(plan: BatchPlan): void {
    loadBatch = batchLoader(plan);
  },
  load(index: number, buffers: BatchBuffers): Promise<void> {
    return loadBatch(index, buffers);
  },
};

export type BatchHost = typeof host;

exposeHost(host);
