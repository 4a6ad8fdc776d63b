/** Checkpoints that survive whatever happens to the process, the file or the disk. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRunDirectory } from '../../src/node/run-directory.ts';
import { readEvents } from '../../src/node/run-events.ts';
import { loadState, readProgress, saveState } from '../../src/node/run-state.ts';
import type { RunDirectory, TrainingState } from '../../src/train/run.ts';
import { temporaryFolder } from '../cli/run.ts';
import { type RunProcess, startRunProcess } from './run-process.ts';
import { stateOf } from './runs.ts';

const root = temporaryFolder();
let name: string;
let folder: string;
let notes: string[];
beforeEach(({ task }) => {
  name = `run ${task.id}`;
  folder = join(root, name);
  notes = [];
});

const note = (line: string) => notes.push(line);
const open = (resume: boolean): Promise<RunDirectory> =>
  createRunDirectory({ root, name, resume, options: {}, command: ['sisr'], note });

/** The step of a state, after checking that all of it is of that step. */
function stepOf(state: TrainingState | undefined): number {
  const step = state!.progress.step;
  for (const { data } of state!.tensors.values()) expect(data.every((value) => value === step)).toBe(true);
  return step;
}

const file = (kind = '') => join(folder, `state${kind}.safetensors`);
const temporaryFiles = () =>
  readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('.tmp'));

describe('a state', () => {
  it('comes back to the last bit', async () => {
    await open(false);
    const numbers = Float32Array.of(0.1, -0, Number.NaN, Infinity, 1e-45, 3.4e38);
    const tensors = new Map([
      ['weights.a', { data: numbers, dims: [2, 3] }],
      ['moment1.a', { data: numbers.subarray(1, 3), dims: [2] }],
      ['ema.scalar', { data: Float32Array.of(7), dims: [] }],
    ]);
    const progress = {
      step: 12_345,
      epoch: 12,
      best: { psnr: -Infinity, epoch: 3 },
      sampler: { seed: 1, position: 4_294_967_296 },
      losses: [0.1 + 0.2, Number.NaN],
    };
    await saveState(folder, { tensors, progress });
    expect(await loadState(folder, note)).toEqual({ tensors, progress });
    expect(await readProgress(folder)).toEqual(progress);
  });

  it('is none before the first was saved', async () => {
    const run = await open(false);
    expect(await run.loadState()).toBeUndefined();
    expect(await readProgress(folder)).toBeUndefined();
  });

  it('leaves the one before it, and nothing else', async () => {
    const run = await open(false);
    for (const step of [1, 2, 3]) await run.saveState(stateOf(step));
    expect(stepOf(await run.loadState())).toBe(3);
    rmSync(file());
    expect(await readProgress(folder)).toMatchObject({ step: 2 });
    expect(stepOf(await run.loadState())).toBe(2);
    expect(notes).toEqual([`${file()}: no such file; going on from the state before it, of step 2`]);
    expect(temporaryFiles()).toEqual([]);
  });

  it('is saved after a kill between the two names', async () => {
    const run = await open(false);
    await run.saveState(stateOf(1));
    linkSync(file(), file('.previous'));
    await run.saveState(stateOf(2));
    expect(temporaryFiles()).toEqual([]);
    rmSync(file());
    expect(stepOf(await run.loadState())).toBe(1);
  });
});

describe('a damaged state', () => {
  it.each<[string, (path: string) => void, RegExp]>([
    ['cut off', (path) => truncateSync(path, statSync(path).size - 4), /bytes of tensor data/],
    ['cut off in its header', (path) => truncateSync(path, 40), /./],
    ['empty', (path) => truncateSync(path, 0), /the file is empty/],
    ['longer than it should be', (path) => appendFileSync(path, '\0'), /bytes of tensor data/],
    ['overwritten with zeros', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)), /./],
    [
      'changed by one bit',
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 2]! ^= 1;
        writeFileSync(path, bytes);
      },
      /its checksum differs/,
    ],
    [
      'other tensors',
      (path) => copyFileSync('models/rcan-light-x2.safetensors', path),
      /found other tensors/,
    ],
  ])('(%s) is put aside for the one before it', async (_, damage, why) => {
    const run = await open(false);
    for (const step of [1, 2]) {
      run.event({ event: 'step', step });
      await run.saveState(stateOf(step));
    }
    damage(file());
    const damaged = readFileSync(file());
    expect(stepOf(await run.loadState())).toBe(1);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(why);
    expect(notes[0]).toContain(
      `; going on from the state before it, of step 1; the damaged one is now ${file('.damaged-1')}`,
    );
    expect(notes[0]).toContain(file());
    expect(readFileSync(file('.damaged-1')).equals(damaged)).toBe(true);
    expect((await readEvents(folder)).events.map((event) => event.step)).toEqual([1]);

    // The good one stays the one before, until there is a better one.
    await run.saveState(stateOf(2));
    rmSync(file());
    expect(stepOf(await run.loadState())).toBe(1);
  });

  it('without a good one before it is an error that names both', async () => {
    const run = await open(false);
    for (const step of [1, 2]) await run.saveState(stateOf(step));
    for (const path of [file(), file('.previous')]) truncateSync(path, 500);
    await expect(run.loadState()).rejects.toThrow(
      /expected a state to go on from, found only damaged ones \(.*state\.safetensors: .*state\.previous\.safetensors: /,
    );
    expect([file(), file('.previous')].every(existsSync)).toBe(true);
  });
});

/** The lines that a process says until its end, but for the first. */
async function rest(child: RunProcess): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await child.next(); line !== undefined; line = await child.next()) lines.push(line);
  return lines;
}

describe('several processes', () => {
  it('that start at once with one name get different folders', async () => {
    const children = [1, 2, 3, 4].map(() => startRunProcess(['create', root, name]));
    for (const child of children) expect(await child.next()).toBe('ready');
    for (const { child } of children) child.stdin!.write('go\n');
    const names = await Promise.all(children.map((child) => child.next()));
    expect(names.sort()).toEqual([name, `${name}-2`, `${name}-3`, `${name}-4`]);
  });

  it('that resume one run at once: one does', async () => {
    await (await open(false)).close();
    const children = [1, 2, 3].map(() => startRunProcess(['resume', root, name]));
    for (const child of children) expect(await child.next()).toBe('ready');
    for (const { child } of children) child.stdin!.write('go\n');
    const answers = (await Promise.all(children.map((child) => child.next()))).sort();
    expect(answers.filter((answer) => answer === 'resumed')).toHaveLength(1);
    expect(answers.filter((answer) => answer?.includes('this run is running, in process'))).toHaveLength(2);
  });
});

describe('a process that is killed while it saves', () => {
  const KILLS = 10;

  it(`leaves a whole state, at ${KILLS} random moments`, async () => {
    await (await open(false)).close();
    let reached = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startRunProcess(['save', root, name, '50000']);
      expect(await child.next()).toBe('ready');
      let said = reached;
      for (let saves = 0; saves < 2; saves++) said = Number(await child.next());
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()));
      await child.kill();
      said = Math.max(said, ...(await rest(child)).map(Number));

      const run = await open(true);
      const step = stepOf(await run.loadState());
      // What it said to have saved is there; it may have saved one more that it had no time to tell of.
      expect([said, said + 1]).toContain(step);
      expect((await readEvents(folder)).events.map((event) => event.step)).toEqual(
        Array.from({ length: step }, (_, i) => i + 1),
      );
      expect(temporaryFiles()).toEqual([]);
      await run.close();
      reached = step;
    }
    expect(notes.filter((line) => line.includes('taken over from process'))).toHaveLength(KILLS);
    expect(notes.filter((line) => line.includes('damaged'))).toEqual([]);
  });
});

describe('a full disk', () => {
  // RLIMIT_FSIZE, in blocks of 512 bytes, or of 1024 in some shells: the state of 1.2 MB fails in the middle, as on a full disk.
  const LIMIT = 'ulimit -f 1000';

  it('is one error that names the file; the last state is there, and nothing half', async () => {
    const run = await open(false);
    await run.saveState(stateOf(1));
    await run.close();
    const child = startRunProcess(['save', root, name, '100000'], LIMIT);
    expect(await child.next()).toBe('ready');
    expect(await rest(child)).toEqual([
      `InputError: ${file()}: cannot be written (the file would be larger than is allowed here)`,
    ]);
    expect(temporaryFiles()).toEqual([]);
    expect(stepOf(await (await open(true)).loadState())).toBe(1);
  });
});
