import type { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { open, photographs, take } from './helpers.ts';

const threads = vi.hoisted(() => [] as Worker[]);
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class WatchedWorker extends real.Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      threads.push(this);
    }
  }
  return { ...real, Worker: WatchedWorker };
});

const { pairs } = await photographs(3);

it('fails clearly where a thread that loads ends', async () => {
  const data = await open(pairs, { workers: 2 });
  expect(threads).toHaveLength(2);
  await take(data, [0, 1]);
  await threads[0]!.terminate();
  const failed = Promise.all(await take(data, [101]).then(() => [data.batch(102)]));
  await expect(failed).rejects.toThrow('a thread that loads training pictures ended');
  await data.close();
});

it('ends its threads when it is closed', async () => {
  threads.length = 0;
  const data = await open(pairs, { workers: 1 });
  const ended = new Promise((resolve) => threads[0]!.once('exit', resolve));
  await data.close();
  await ended;
});
