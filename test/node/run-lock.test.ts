import { readdirSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/node/run-reader.ts';
import { useRuns } from './runs.ts';

const runs = useRuns();

describe('the lock', () => {
  const lock = (number: number, holder: object | string) =>
    writeFileSync(
      join(runs.root, `x/lock-${number}.json`),
      typeof holder === 'string' ? holder : JSON.stringify(holder),
    );
  const now = () => new Date().toISOString();
  /** No system gives such a number to a process. */
  const NO_PROCESS = 2 ** 30;

  it('keeps others out until it is given back', async () => {
    const run = await runs.open('x');
    await expect(runs.open('x', { resume: true })).rejects.toThrow(
      new RegExp(
        `x: this run is running, in process ${process.pid} on .*; where it is not, delete lock-1.json in it`,
      ),
    );
    expect((await readRun(run.folder)).holder?.pid).toBe(process.pid);
    await run.close();
    expect((await readRun(run.folder)).holder).toBeUndefined();
    await (await runs.open('x', { resume: true })).close();
  });

  it.each([
    ['of a process that is gone', { pid: NO_PROCESS, host: hostname(), started: now() }],
    [
      'from before the machine was started',
      {
        pid: process.ppid,
        host: hostname(),
        started: new Date(Date.now() - 1000 * uptime() - 3_600_000).toISOString(),
      },
    ],
    [
      'of an earlier process with our number',
      { pid: process.pid, host: hostname(), started: '2020-01-01T00:00:00Z' },
    ],
    ['that a power cut left empty', ''],
  ])('%s is taken over, and said', async (_, holder) => {
    await (await runs.open('x')).close();
    lock(4, holder);
    await (await runs.open('x', { resume: true })).close();
    expect(runs.notes).toHaveLength(1);
    expect(runs.notes[0]).toMatch(/x: taken over from .*, which is gone$/);
    expect(readdirSync(join(runs.root, 'x')).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it.each([
    ['of another process that lives', { pid: process.ppid, host: hostname(), started: now() }],
    [
      'of a process on another machine',
      { pid: NO_PROCESS, host: 'elsewhere', started: '2020-01-01T00:00:00Z' },
    ],
  ])('%s is respected', async (_, holder) => {
    await (await runs.open('x')).close();
    lock(1, holder);
    await expect(runs.open('x', { resume: true })).rejects.toThrow(/this run is running, in process \d+ on /);
    expect(JSON.parse(runs.read('x/lock-1.json'))).toEqual(holder);
  });

  it('of a process that is gone goes to one of many', async () => {
    await (await runs.open('x')).close();
    lock(1, { pid: NO_PROCESS, host: hostname(), started: now() });
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => runs.open('x', { resume: true })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(refused.every((reason) => reason.includes('this run is running'))).toBe(true);
  });
});
