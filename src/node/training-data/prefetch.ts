/** Loading batches ahead, so that whoever trains does not wait for them. */
import { expectThat } from '../../errors.ts';
import { elementCount } from '../../tensor.ts';
import type { TrainingBatch } from '../../train/engine/batch.ts';
import type { Batches } from '../../train/loop.ts';
import type { BatchBuffers } from './load-batch.ts';
import type { Loader } from './loaders.ts';

/** Batches loaded ahead for each that the loader can load at a time. */
const AHEAD = 2;

/** Dimensions of a batch's tensors. */
export interface BatchShape {
  readonly input: readonly number[];
  readonly target: readonly number[];
}

interface Loading {
  readonly buffers: BatchBuffers;
  readonly done: Promise<void>;
}

/**
 * Batches in buffers that are used again. A batch is valid until the next one is asked for. Any may be asked for; the
 * following ones are loaded ahead.
 */
export class PrefetchedBatches implements Batches {
  waited = 0;
  private readonly loader: Loader;
  private readonly shape: BatchShape;
  private readonly ahead = new Map<number, Loading>();
  private readonly spare: BatchBuffers[] = [];
  /** Those of the batch that was given out last. */
  private lent: BatchBuffers | undefined;
  private closed = false;

  /** @param loader is closed with this */
  constructor(loader: Loader, shape: BatchShape) {
    this.loader = loader;
    this.shape = shape;
  }

  /** @throws {InputError} for no index, and where the pixels of a picture are gone */
  async batch(index: number): Promise<TrainingBatch> {
    expectThat(Number.isSafeInteger(index) && index >= 0, 'batch', 'a whole number of 0 or more', index);
    if (this.closed) throw new Error('the training data was closed');
    const start = performance.now();
    try {
      if (this.lent) this.spare.push(this.lent);
      this.lent = undefined;
      if (!this.ahead.has(index)) await this.drop();
      this.loadFrom(index);
      return await this.take(index);
    } finally {
      this.waited += (performance.now() - start) / 1000;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.loader.close();
    await this.drop();
  }

  /** Begins to load what is not under way yet of batch `index` and those that follow. */
  private loadFrom(index: number): void {
    for (let i = index; i <= index + AHEAD * this.loader.width; i++) {
      if (this.ahead.has(i)) continue;
      const buffers = this.spare.pop() ?? this.createBuffers();
      const done = this.loader.load(i, buffers);
      done.catch(() => {}); // Reported to whoever asks for this batch.
      this.ahead.set(i, { buffers, done });
    }
  }

  private async take(index: number): Promise<TrainingBatch> {
    const { buffers, done } = this.ahead.get(index)!;
    this.ahead.delete(index);
    await done.catch((error: unknown) => {
      this.spare.push(buffers);
      throw error;
    });
    this.lent = buffers;
    const { input, target } = this.shape;
    return { input: { data: buffers.input, dims: input }, target: { data: buffers.target, dims: target } };
  }

  /** Forgets what is under way, and waits for it, as it still writes into its buffers. */
  private async drop(): Promise<void> {
    const all = [...this.ahead.values()];
    this.ahead.clear();
    await Promise.allSettled(all.map(({ done }) => done));
    this.spare.push(...all.map(({ buffers }) => buffers));
  }

  private createBuffers(): BatchBuffers {
    const shared = (dims: readonly number[]) =>
      new Float32Array(new SharedArrayBuffer(elementCount(dims) * Float32Array.BYTES_PER_ELEMENT));
    return { input: shared(this.shape.input), target: shared(this.shape.target) };
  }
}
