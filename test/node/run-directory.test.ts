/** The folder of a run: its name, what is in it, and that nothing in it is ever lost. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { readPicture } from '../../src/node/picture.ts';
import { createRunDirectory, type RunSettings } from '../../src/node/run-directory.ts';
import { readEvents } from '../../src/node/run-events.ts';
import { listRuns, readRun } from '../../src/node/run-reader.ts';
import { quoteCommand } from '../../src/node/run-records.ts';
import type { RunEvent } from '../../src/train/metrics.ts';
import { temporaryFolder } from '../cli/run.ts';
import { tinyRcan } from '../models/tiny.ts';

const folder = temporaryFolder();
let root: string;
let notes: string[];
beforeEach(({ task }) => {
  root = join(folder, task.id);
  notes = [];
});

function open(name: string | undefined, settings: Partial<RunSettings> = {}) {
  return createRunDirectory({
    root,
    ...(name !== undefined && { name }),
    options: { lr: 1e-4, scale: 2 },
    command: ['sisr', 'train', '--save', "it's"],
    note: (line) => notes.push(line),
    ...settings,
  });
}

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const step = (at: number): RunEvent => ({ event: 'step', step: at, loss: 10 / at });
const state = (at: number) => ({
  tensors: new Map([['weights.w', { data: Float32Array.of(at), dims: [1] }]]),
  progress: { step: at, epoch: 1 },
});

describe('a new run', () => {
  it('gets a folder with all that was asked for, and latest points at it', async () => {
    const run = await open('first', {
      config: { lr: 1e-8, reset: false },
      setup: { threads: 2, device: 'cpu' },
    });
    expect([run.name, run.folder]).toEqual(['first', join(root, 'first')]);
    expect(JSON.parse(read('first/options.json'))).toEqual({ lr: 1e-4, scale: 2 });
    expect(read('first/command.txt')).toBe(`sisr train --save 'it'"'"'s'\n`);
    expect(read('first/config.txt')).toMatch(
      /^\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d\n\nlr: 1e-08\nreset: False\n\n$/,
    );
    expect(JSON.parse(read('first/versions.json'))).toMatchObject([
      { node: process.versions.node, sisr: expect.any(String), onnxruntime: expect.any(String), threads: 2 },
    ]);
    expect(readdirSync(join(root, 'first')).sort()).toEqual([
      'command.txt',
      'config.txt',
      'lock-1.json',
      'log.txt',
      'metrics.jsonl',
      'model',
      'options.json',
      'results',
      'versions.json',
    ]);
    expect(readlinkSync(join(root, 'latest'))).toBe('first');
    await run.close();
    await run.close();
    expect(existsSync(join(root, 'first/lock-1.json'))).toBe(false);
    expect(notes).toEqual([]);
  });

  it('gets the next name where one is taken, and says so', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => open('x')));
    expect(runs.map(({ name }) => name).sort()).toEqual(['x', 'x-2', 'x-3', 'x-4', 'x-5', 'x-6']);
    expect(notes).toContain(`${join(root, 'x')} exists already: this run is ${join(root, 'x-2')}`);
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is named after the time by default', async () => {
    expect((await open(undefined)).name).toMatch(/^\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d$/);
    expect(notes).toEqual([]);
  });

  it.each([
    ['2024-11-30-12:30:00', '2024-11-30-12-30-00'],
    ['a<b>|"c"*?', 'a-b-c-'],
    ['con', 'con-'],
    ['nul.txt', 'nul-.txt'],
    [' .hidden. ', 'hidden'],
    ['übung ×2', 'übung ×2'],
  ])('named "%s" is called "%s"', async (wanted, name) => {
    expect((await open(wanted)).name).toBe(name);
    expect(notes).toEqual(
      wanted === name ? [] : [`name of the run: "${name}", as not every system can have "${wanted}"`],
    );
    const again = await open(wanted, { resume: true }).catch((error: Error) => error);
    expect(String(again)).toContain('this run is running');
  });

  it.each([
    ['../x', /expected a name, found the path "\.\.\/x"/],
    ['a\\b', /found the path/],
    ['..', /expected a name with a letter or digit, found "\.\."/],
    ['', /found ""/],
    ['Latest', /points at the last run/],
  ])('is refused the name "%s"', async (name, message) => {
    await expect(open(name)).rejects.toThrow(message);
    expect(existsSync(root)).toBe(false);
  });

  it('says where it cannot be made', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(root, 'a file');
    await expect(open('x')).rejects.toThrow(InputError);
    await expect(open('x')).rejects.toThrow(`${root}: cannot be written`);
  });

  it('leaves a folder named latest alone', async () => {
    mkdirSync(join(root, 'latest'), { recursive: true });
    await open('x');
    expect(notes).toEqual([`${join(root, 'latest')}: cannot be written (it is a folder)`]);
  });
});

describe('--reset', () => {
  it('sets the old run aside under a new name', async () => {
    for (const line of ['one', 'two', 'three']) {
      const run = await open('x', { reset: true });
      expect(run.name).toBe('x');
      run.log(line);
      await run.close();
    }
    expect(notes).toEqual(
      [1, 2].map((n) => `${join(root, 'x')} is set aside as ${join(root, `x.old-${n}`)}`),
    );
    expect(['x.old-1', 'x.old-2', 'x'].map((name) => read(name, 'log.txt'))).toEqual([
      'one\n',
      'two\n',
      'three\n',
    ]);
    expect(readdirSync(join(root, 'x.old-1'))).not.toContain('lock-1.json');
    expect(readlinkSync(join(root, 'latest'))).toBe('x');
  });

  it('leaves a running run where it is', async () => {
    const run = await open('x');
    await expect(open('x', { reset: true })).rejects.toThrow('this run is running');
    run.log('still here');
    expect(read('x/log.txt')).toBe('still here\n');
    expect(readdirSync(root).sort()).toEqual(['latest', 'x']);
  });

  it('does not move a folder that is no run', async () => {
    mkdirSync(join(root, 'x'), { recursive: true });
    writeFileSync(join(root, 'x/thesis.txt'), '');
    await expect(open('x', { reset: true })).rejects.toThrow(
      'expected a run to set aside, found no options.json',
    );
    expect(readdirSync(root)).toEqual(['x']);
  });
});

describe('--resume', () => {
  it('goes on in the same folder, and adds to what is there', async () => {
    const first = await open('x', { setup: { threads: 1 } });
    first.log('before');
    await first.close();
    const second = await open('x', {
      resume: true,
      options: { lr: 5 },
      command: ['sisr', 'train', '--resume'],
    });
    expect(second.name).toBe('x');
    second.log('after');
    await second.close();
    expect(read('x/log.txt')).toBe('before\nafter\n');
    expect(read('x/command.txt').split('\n')).toHaveLength(3);
    expect(read('x/config.txt')).toMatch(/lr: 0.0001\nscale: 2\n\n.*\n\nlr: 5\n\n$/);
    const { options, commands, starts } = await readRun(join(root, 'x'));
    expect(options).toEqual({ lr: 5 });
    expect(commands[1]).toBe('sisr train --resume');
    expect(starts.map(({ threads }) => threads)).toEqual([1, undefined]);
    expect(notes).toEqual([]);
  });

  it('takes the latest, by link or by text', async () => {
    for (const name of ['a', 'b']) await (await open(name)).close();
    const linked = await open('latest', { resume: true });
    expect(linked.name).toBe('b');
    await linked.close();
    rmSync(join(root, 'latest'));
    writeFileSync(join(root, 'latest'), 'a\r\n');
    expect((await open('latest', { resume: true })).name).toBe('a');
    expect(readlinkSync(join(root, 'latest'))).toBe('a');
  });

  it('says where there is nothing to go on with', async () => {
    await expect(open('latest', { resume: true })).rejects.toThrow('there is no run to go on with');
    await open('rcan-x2');
    await expect(open('rcan-x3', { resume: true })).rejects.toThrow(
      /rcan-x3: no such run; did you mean .*rcan-x2\?/,
    );
    symlinkSync('gone', join(root, 'broken'));
    rmSync(join(root, 'latest'));
    symlinkSync('gone', join(root, 'latest'));
    await expect(open('latest', { resume: true })).rejects.toThrow(/gone: no such run/);
  });

  it('removes what killed processes left, and only that', async () => {
    await (await open('x')).close();
    const temporary = '.state.safetensors.01234567-89ab-4cde-8f01-23456789abcd.tmp';
    const others = ['.hidden', 'notes.tmp', '.x.tmp'];
    for (const name of [temporary, ...others, `model/${temporary}`, `results/${temporary}`]) {
      writeFileSync(join(root, 'x', name), '');
    }
    await open('x', { resume: true });
    expect(readdirSync(join(root, 'x'))).toEqual(expect.arrayContaining(others));
    expect(readdirSync(join(root, 'x'), { recursive: true }).join()).not.toContain('01234567');
  });
});

describe('the lock', () => {
  const lock = (number: number, holder: object | string) =>
    writeFileSync(
      join(root, `x/lock-${number}.json`),
      typeof holder === 'string' ? holder : JSON.stringify(holder),
    );
  const now = () => new Date().toISOString();
  /** No system gives such a number to a process. */
  const NO_PROCESS = 2 ** 30;

  it('keeps others out until it is given back', async () => {
    const run = await open('x');
    await expect(open('x', { resume: true })).rejects.toThrow(
      new RegExp(
        `x: this run is running, in process ${process.pid} on .*; where it is not, delete lock-1.json in it`,
      ),
    );
    expect((await readRun(run.folder)).holder?.pid).toBe(process.pid);
    await run.close();
    expect((await readRun(run.folder)).holder).toBeUndefined();
    await (await open('x', { resume: true })).close();
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
    await (await open('x')).close();
    lock(4, holder);
    await (await open('x', { resume: true })).close();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/x: taken over from .*, which is gone$/);
    expect(readdirSync(join(root, 'x')).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it.each([
    ['of another process that lives', { pid: process.ppid, host: hostname(), started: now() }],
    [
      'of a process on another machine',
      { pid: NO_PROCESS, host: 'elsewhere', started: '2020-01-01T00:00:00Z' },
    ],
  ])('%s is respected', async (_, holder) => {
    await (await open('x')).close();
    lock(1, holder);
    await expect(open('x', { resume: true })).rejects.toThrow(/this run is running, in process \d+ on /);
    expect(JSON.parse(read('x/lock-1.json'))).toEqual(holder);
  });

  it('of a process that is gone goes to one of many', async () => {
    await (await open('x')).close();
    lock(1, { pid: NO_PROCESS, host: hostname(), started: now() });
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => open('x', { resume: true })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(refused.every((reason) => reason.includes('this run is running'))).toBe(true);
  });
});

describe('what a run writes', () => {
  it('models under official names, which tell their options', async () => {
    const run = await open('x');
    const { architecture, options, state: weights } = tinyRcan({ valueRange: 1, scale: 3 });
    const paths = [];
    for (const model of ['latest', 'best', 12] as const)
      paths.push(await run.saveModel(model, weights, { architecture, options }));
    expect(paths).toEqual(['latest', 'best', '12'].map((name) => join(root, `x/model/model_${name}.pt`)));
    const network = await loadNetwork(paths[1]!, { device: 'cpu' });
    expect([network.architecture, network.options, network.notes]).toEqual(['rcan', options, []]);
    expect([...network.state]).toEqual([...weights]);
    await network.dispose();
  });

  it('pictures under names that never collide', async () => {
    const run = await open('x');
    const image = (value: number) =>
      ({ width: 2, height: 1, channels: 3, data: new Uint8Array(6).fill(value) }) as const;
    const paths = [
      await run.saveResult('SR', 'baby', 2, image(1)),
      await run.saveResult('LR', 'baby', 2, image(2)),
      await run.saveResult('HR', 'baby', 2, image(3)),
      await run.saveResult('SR', '../b:a', 4, image(4)),
    ];
    expect(paths.map((path) => path.slice(run.folder.length + 1))).toEqual([
      'results/baby_x2_SR.png',
      'results/baby_x2_LR.png',
      'results/baby_x2_HR.png',
      'results/-b-a_x4_SR.png',
    ]);
    const values = await Promise.all(paths.map(async (path) => (await readPicture(path)).image.data[0]));
    expect(values).toEqual([1, 2, 3, 4]);
    await run.saveResult('SR', 'baby', 2, image(9));
    expect((await readPicture(paths[0]!)).image.data[0]).toBe(9);
  });

  it('plots, also of what was before it was resumed', async () => {
    const run = await open('x');
    await run.drawPlots();
    expect(existsSync(join(root, 'x/loss.svg'))).toBe(false);
    run.event(step(1));
    run.event({ event: 'eval', step: 1, epoch: 1, set: 'Set5', scale: 2, psnr: 30 });
    await run.saveState(state(1));
    await run.close();
    const again = await open('x', { resume: true });
    await again.loadState();
    again.event(step(2));
    await again.drawPlots();
    expect(read('x/loss.svg')).toContain('<title>x: loss</title>');
    expect(read('x/loss.svg').match(/r="2.5"/g)).toHaveLength(4);
    expect(read('x/psnr.svg')).toContain('best 30.000 dB at epoch 1');
  });

  it('events with their time, which can be read while it runs', async () => {
    const run = await open('x');
    run.event(step(1));
    const first = await readEvents(run.folder);
    expect(first.events).toEqual([{ ...step(1), time: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    run.event(step(2));
    run.event(step(3));
    const second = await readEvents(run.folder, first.end);
    expect(second.events.map((event) => event.step)).toEqual([2, 3]);
    writeFileSync(join(root, 'x/metrics.jsonl'), '{"event":"st', { flag: 'a' });
    expect(await readEvents(run.folder, second.end)).toEqual({ events: [], end: second.end });
    writeFileSync(join(root, 'x/metrics.jsonl'), 'ep","step":4}\n', { flag: 'a' });
    expect((await readEvents(run.folder, second.end)).events).toEqual([{ event: 'step', step: 4 }]);
    expect((await readEvents(run.folder, 10 ** 6)).events).toHaveLength(4);
    expect(await readEvents(root)).toEqual({ events: [], end: 0 });
  });
});

describe('a run that was killed', () => {
  it('is cut back to its state, and nothing is lost', async () => {
    const run = await open('x');
    run.event({ event: 'start', step: 0 });
    for (const at of [1, 2]) run.event(step(at));
    run.log('whole');
    await run.saveState(state(2));
    for (const at of [3, 4]) run.event(step(at));
    await run.close();
    for (const file of ['metrics.jsonl', 'log.txt'])
      writeFileSync(join(root, 'x', file), '{"event":"half', { flag: 'a' });

    const again = await open('x', { resume: true });
    expect((await again.loadState())?.progress).toEqual({ step: 2, epoch: 1 });
    again.event(step(3));
    again.log('[Epoch 2]');
    const { events } = await readEvents(again.folder);
    expect(events.map((event) => event.step)).toEqual([0, 1, 2, 3]);
    expect(read('x/log.txt')).toBe('whole\n{"event":"half\n[Epoch 2]\n');
    const discarded = read('x/metrics.discarded.jsonl').split('\n');
    expect(
      discarded.map((line) => (line.startsWith('{"event":"step"') ? JSON.parse(line).step : line)),
    ).toEqual([3, 4, '{"event":"half', '']);
  });

  it('before its first state begins anew', async () => {
    const run = await open('x');
    run.event({ event: 'start', step: 0 });
    run.event(step(1));
    await run.close();
    const again = await open('x', { resume: true });
    expect(await again.loadState()).toBeUndefined();
    expect((await readEvents(again.folder)).events.map((event) => event.event)).toEqual(['start']);
  });
});

describe('reading runs', () => {
  it('tells everything of one', async () => {
    const run = await open('x', { command: ['sisr', 'train', '--save', 'x y'] });
    run.event(step(1));
    await run.saveState({ ...state(7), progress: { step: 7, epoch: 2, best: Infinity } });
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
    expect(report.events).toHaveLength(1);
    await expect(readRun(root)).rejects.toThrow(/expected a run, but options.json cannot be read/);
  });

  it('lists all, the one that was written to last first', async () => {
    expect(await listRuns(join(root, 'nowhere'))).toEqual([]);
    const old = await open('old');
    await old.close();
    const fresh = await open('fresh');
    mkdirSync(join(root, 'not a run'));
    writeFileSync(join(root, 'old/log.txt'), 'x');
    const future = new Date(Date.now() + 60_000);
    utimesSync(join(root, 'fresh/log.txt'), future, future);
    expect(await listRuns(root)).toEqual([
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
