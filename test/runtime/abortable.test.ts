import { expect, it } from 'vitest';
import { abortable } from '../../src/runtime/abortable.ts';

it('gives up a promise when the signal is aborted', async () => {
  const controller = new AbortController();
  const waiting = abortable(new Promise(() => {}), controller.signal);
  controller.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  await expect(abortable(new Promise(() => {}), controller.signal)).rejects.toThrow('given up');
  expect(await abortable(Promise.resolve(1), new AbortController().signal)).toBe(1);
});
