import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CallsInTurn } from '../../src/runtime/calls-in-turn.ts';

it('runs one call at a time, in the order of their arrival, and goes on after one that failed', async () => {
  const calls = new CallsInTurn();
  const seen: string[] = [];
  const call = (name: string, work: () => Promise<string>) =>
    calls.add(async () => {
      seen.push(`${name} begins`);
      try {
        return await work();
      } finally {
        seen.push(`${name} ends`);
      }
    });
  const slow = call('slow', () => setTimeout(20, 'done'));
  const failing = call('failing', () => Promise.reject(new Error('failed')));
  const last = call('last', async () => 'done too');
  await expect(failing).rejects.toThrow('failed');
  expect([await slow, await last]).toEqual(['done', 'done too']);
  expect(seen).toEqual(['slow', 'failing', 'last'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
