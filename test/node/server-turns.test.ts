import { expect, it } from 'vitest';
import { Turns } from '../../src/node/server/turns.ts';

const never = new AbortController().signal;

/** A promise, and what ends it. */
function door(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

it('runs one task at a time, in the order of their arrival', async () => {
  const turns = new Turns();
  const doors = [door(), door(), door()];
  const begun: number[] = [];
  const tasks = doors.map(({ opened }, index) =>
    turns.run(never, async () => {
      begun.push(index);
      await opened;
      return index;
    }),
  );
  doors[2]!.open();
  doors[0]!.open();
  expect(await tasks[0]).toBe(0);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  doors[1]!.open();
  expect(await Promise.all(tasks)).toEqual([0, 1, 2]);
  expect(begun).toEqual([0, 1, 2]);
});

it('goes on after a task that failed, and passes over one that left the line', async () => {
  const turns = new Turns();
  const leaving = new AbortController();
  const { opened, open } = door();
  const failing = turns.run(never, () => opened.then(() => Promise.reject(new Error('failed'))));
  const left = turns.run(leaving.signal, () => Promise.reject(new Error('never begun')));
  const last = turns.run(never, async () => 'done');
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  open();
  await expect(failing).rejects.toThrow('failed');
  expect(await last).toBe('done');
  await expect(turns.run(leaving.signal, async () => 'begun')).rejects.toThrow('left');
  expect(await turns.run(never, async () => 'free again')).toBe('free again');
});

it('may keep the turn longer than the task', async () => {
  const turns = new Turns();
  const { opened, open } = door();
  const begun: string[] = [];
  const first = turns.run(
    never,
    async () => 'result',
    (result) => (result === 'result' ? opened : undefined),
  );
  const second = turns.run(never, async () => begun.push('second'));
  expect(await first).toBe('result');
  await new Promise(setImmediate);
  expect(begun).toEqual([]);
  open();
  await second;
  expect(begun).toEqual(['second']);
});
