import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../src/node/run-events.ts';
import { listRuns, readRun } from '../../src/node/run-reader.ts';
import { quoteCommand } from '../../src/node/run-records.ts';
import { tinyRcan } from '../models/tiny.ts';
import { stateOf, step, useRuns } from './runs.ts';

const runs = useRuns();

describe('reading runs', () => {
  it('tells everything of one', async () => {
    const run = await runs.open('x', { command: ['sisr', 'train', '--save', 'x y'] });
    run.event(step(1));
    await run.saveState({ ...stateOf(7), progress: { step: 7, epoch: 2, best: Infinity } });
    const { architecture, options, state: weights } = tinyRcan();
    await run.saveModel('best', weights, { architecture, options });
    const report = await readRun(run.folder);
    expect(report).toMatchObject({
      name: 'x',
      options: { lr: 1e-4, scale: 2 },
      commands: ["sisr train --save 'x y'"],
      progress: { step: 7, epoch: 2, best: Infinity },
      holder: { pid: process.pid },
      models: ['model_best.pt'],
      results: [],
    });
    expect((await readEvents(run.folder)).events).toHaveLength(1);
    await expect(readRun(runs.root)).rejects.toThrow(
      'expected the folder of a run, found no options.json in it',
    );
  });

  it('lists all, the one that was written to last first', async () => {
    expect(await listRuns(join(runs.root, 'nowhere'))).toEqual([]);
    const old = await runs.open('old');
    await old.close();
    const fresh = await runs.open('fresh');
    mkdirSync(join(runs.root, 'not a run'));
    writeFileSync(join(runs.root, 'old/log.txt'), 'x');
    const future = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    utimesSync(join(runs.root, 'fresh/log.txt'), future, future);
    expect(await listRuns(runs.root)).toEqual([
      {
        name: 'fresh',
        folder: fresh.folder,
        latest: true,
        running: true,
        started: expect.stringMatching(/Z$/),
        changed: future,
      },
      expect.objectContaining({ name: 'old', latest: false, running: false }),
    ]);
  });
});

describe('quoteCommand', () => {
  const words = ['sisr', 'train', '--loss', '1*L1', "it's", '', 'a b', '$HOME', 'C:\\dir\\', 'say "hi"'];

  it('gives what a POSIX shell reads back', () => {
    const script = `for word in ${quoteCommand(words, 'linux')}; do printf '%s\\n' "$word"; done`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
      words.map((w) => `${w}\n`).join(''),
    );
  });

  it('has double quotes for Windows', () => {
    expect(quoteCommand(words, 'win32')).toBe(
      'sisr train --loss "1*L1" "it\'s" "" "a b" "$HOME" "C:\\dir\\\\" "say \\"hi\\""',
    );
  });
});
