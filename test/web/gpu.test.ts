import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type Gpu, watched } from '../../src/web/gpu.ts';

/** A graphics card whose outermost scopes find the given errors. */
function card(...errors: (string | null)[]): Gpu & { lose(message: string): void; open: number } {
  let lose!: (lost: { message: string }) => void;
  const lost = new Promise<{ message: string }>((resolve) => {
    lose = resolve;
  });
  return {
    limits: { maxStorageBufferBindingSize: 2 ** 27 },
    lost,
    lose: (message) => lose({ message }),
    open: 0,
    pushErrorScope() {
      this.open++;
    },
    async popErrorScope() {
      this.open--;
      const message = errors.pop() ?? null;
      return message === null ? null : { message };
    },
  };
}

it('gives the result of a run in which nothing went wrong', async () => {
  const gpu = card();
  expect(await watched(gpu, async () => 7)).toBe(7);
  expect(gpu.open).toBe(0);
});

it.each([
  [['no memory', null, null]],
  [[null, 'a tensor is too large\nat line 3', null]],
  [[null, null, 'bug']],
])('does not give a result of a run in which %o went wrong', async (errors) => {
  const gpu = card(...errors);
  const [message] = errors.find((error) => error !== null)!.split('\n');
  await expect(watched(gpu, async () => 7)).rejects.toMatchObject({
    name: 'OutOfMemoryError',
    message: `the graphics card failed (${message})`,
    sessionLost: true,
  });
  expect(gpu.open).toBe(0);
});

it('does not wait for a card that is lost', async () => {
  const gpu = card();
  const run = watched(gpu, () => new Promise(() => {}));
  gpu.lose('the driver was started anew');
  await expect(run).rejects.toMatchObject({
    message: 'the graphics card failed (the driver was started anew)',
    sessionLost: true,
  });
});

it('fails every run on a card that was lost', async () => {
  const gpu = card();
  await watched(gpu, async () => 7);
  const waiting = [watched(gpu, () => new Promise(() => {})), watched(gpu, () => new Promise(() => {}))];
  gpu.lose('');
  for (const run of [...waiting, watched(gpu, async () => 7)])
    await expect(run).rejects.toThrow('the graphics card failed (it was lost)');
});

it('keeps no results of runs that have ended', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const gpu = card();
  const results: WeakRef<object>[] = [];
  for (let i = 0; i < 3; i++) results.push(new WeakRef(await watched(gpu, async () => ({}))));
  await setImmediate();
  collect();
  expect(results.filter((result) => result.deref() !== undefined)).toEqual([]);
  expect(gpu.open).toBe(0);
});

it('leaves other errors of a run as they are', async () => {
  const error = new TypeError('no such input');
  await expect(watched(card(), () => Promise.reject(error))).rejects.toBe(error);
});
