import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { PendingCalls } from '../../src/runtime/pending-calls.ts';

const never = () => new Promise<never>(() => {});

it('gives the answers, good and bad', async () => {
  const calls = new PendingCalls();
  const answer = await calls.add(Promise.resolve(1));
  expect({ answer, open: calls.size }).toEqual({ answer: 1, open: 0 });
  await expect(calls.add(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('fails what is open when the worker ends, and what comes later, with the first reason', async () => {
  const calls = new PendingCalls();
  const open = [calls.add(never()), calls.add(never())];
  expect(calls.size).toBe(2);
  calls.end(new Error('gone'));
  calls.end(new Error('gone again'));
  for (const call of [...open, calls.add(never()), calls.add(Promise.reject(new Error('late')))])
    await expect(call).rejects.toThrow('gone');
});

it('keeps no answers', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const calls = new PendingCalls();
  const answers: WeakRef<object>[] = [];
  for (let i = 0; i < 3; i++) answers.push(new WeakRef(await calls.add(Promise.resolve({}))));
  await setImmediate();
  collect();
  expect(answers.filter((answer) => answer.deref() !== undefined)).toEqual([]);
});
