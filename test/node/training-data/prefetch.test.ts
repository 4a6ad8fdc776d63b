import { describe, expect, it } from 'vitest';
import type { BatchBuffers } from '../../../src/node/training-data/load-batch.ts';
import type { Loader } from '../../../src/node/training-data/loaders.ts';
import { PrefetchedBatches } from '../../../src/node/training-data/prefetch.ts';

/** A loader that writes the index of a batch into it once it is told to. */
class SlowLoader implements Loader {
  readonly width = 1;
  readonly begun: number[] = [];
  readonly buffers = new Set<BatchBuffers>();
  readonly failing = new Set<number>();
  closed = false;
  private readonly waiting: (() => void)[] = [];

  async load(index: number, buffers: BatchBuffers): Promise<void> {
    this.begun.push(index);
    this.buffers.add(buffers);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.failing.has(index)) throw new Error(`batch ${index} is gone`);
    buffers.input.fill(index);
    buffers.target.fill(-index);
  }

  /** Ends all that is under way, and waits until that has been noticed. */
  async finish(): Promise<void> {
    for (const resolve of this.waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.finish();
  }
}

function prefetched() {
  const loader = new SlowLoader();
  const batches = new PrefetchedBatches(loader, { input: [2, 1, 1, 1], target: [2, 1, 2, 2] });
  /** A batch once everything under way was loaded. */
  const batch = async (index: number) => {
    const found = batches.batch(index);
    found.catch(() => {});
    for (let turn = 0; turn < 3; turn++) await loader.finish();
    return found;
  };
  return { loader, batches, batch };
}

describe('batches loaded ahead', () => {
  it('have their shapes and values', async () => {
    const { batch } = prefetched();
    expect(await batch(4)).toEqual({
      input: { data: Float32Array.of(4, 4), dims: [2, 1, 1, 1] },
      target: { data: new Float32Array(8).fill(-4), dims: [2, 1, 2, 2] },
    });
  });

  it('are loaded once each, the following ones before they are asked for', async () => {
    const { loader, batches, batch } = prefetched();
    await batch(0);
    expect(loader.begun).toEqual([0, 1, 2]);
    await batch(1);
    expect(loader.begun).toEqual([0, 1, 2, 3]);
    expect((await batches.batch(2)).input.data[0]).toBe(2); // without waiting for those behind it
  });

  it('leave the last one alone and use the buffers of those before again', async () => {
    const { loader, batch } = prefetched();
    for (let i = 0; i < 20; i++) {
      const { input } = await batch(i);
      await loader.finish();
      expect(input.data).toEqual(Float32Array.of(i, i));
    }
    expect(loader.buffers.size).toBe(3);
  });

  it('may be asked for in any order', async () => {
    const { loader, batch } = prefetched();
    for (const index of [7, 0, 1, 50, 2, 2, 1]) expect((await batch(index)).input.data[0]).toBe(index);
    expect(loader.buffers.size).toBe(3);
  });

  it('may be asked for before the last has come', async () => {
    const { loader, batches } = prefetched();
    const both = [batches.batch(3), batches.batch(4)];
    for (let turn = 0; turn < 3; turn++) await loader.finish();
    const found = await Promise.all(both);
    expect(found.map(({ input }) => input.data[0])).toEqual([3, 4]);
  });

  it('fail when they are asked for, and can be asked for again', async () => {
    const { loader, batch } = prefetched();
    loader.failing.add(1);
    expect((await batch(0)).input.data[0]).toBe(0);
    await expect(batch(1)).rejects.toThrow('batch 1 is gone');
    loader.failing.clear();
    expect((await batch(1)).input.data[0]).toBe(1);
    expect(loader.buffers.size).toBe(3);
  });

  it('end with the loader', async () => {
    const { loader, batches, batch } = prefetched();
    await batch(0);
    await batches.close();
    expect(loader.closed).toBe(true);
    await expect(batches.batch(1)).rejects.toThrow('the training data was closed');
  });
});
