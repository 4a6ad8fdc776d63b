/** The folder of a run: its name, what is in it, and that nothing in it is ever lost. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readRun } from '../../src/node/run-reader.ts';
import { useRuns } from './runs.ts';

const runs = useRuns();
afterEach(() => vi.restoreAllMocks());

describe('a new run', () => {
  it('gets a folder with all that was asked for, and latest points at it', async () => {
    const run = await runs.open('first', {
      config: { lr: 1e-8, reset: false },
      setup: { threads: 2, device: 'cpu' },
    });
    expect([run.name, run.folder]).toEqual(['first', join(runs.root, 'first')]);
    expect(JSON.parse(runs.read('first/options.json'))).toEqual({ lr: 1e-4, scale: 2 });
    expect(runs.read('first/command.txt')).toBe(`sisr train --save 'it'"'"'s'\n`);
    expect(runs.read('first/config.txt')).toMatch(
      /^\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d\n\nlr: 1e-08\nreset: False\n\n$/,
    );
    expect(JSON.parse(runs.read('first/versions.json'))).toMatchObject([
      { node: process.versions.node, sisr: expect.any(String), onnxruntime: expect.any(String), threads: 2 },
    ]);
    expect(readdirSync(join(runs.root, 'first')).sort()).toEqual([
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
    expect(readlinkSync(join(runs.root, 'latest'))).toBe('first');
    await run.close();
    await run.close();
    expect(existsSync(join(runs.root, 'first/lock-1.json'))).toBe(false);
    expect(runs.notes).toEqual([]);
  });

  it('gets the next name where one is taken, and says so', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => runs.open('x')));
    expect(all.map(({ name }) => name).sort()).toEqual(['x', 'x-2', 'x-3', 'x-4', 'x-5', 'x-6']);
    expect(runs.notes).toContain(
      `${join(runs.root, 'x')} exists already: this run is ${join(runs.root, 'x-2')}`,
    );
    expect(readdirSync(runs.root).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is named after the time by default', async () => {
    expect((await runs.open(undefined)).name).toMatch(/^\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d$/);
    expect(runs.notes).toEqual([]);
  });

  it.each([
    ['2024-11-30-12:30:00', '2024-11-30-12-30-00'],
    ['a<b>|"c"*?', 'a-b-c-'],
    ['con', 'con-'],
    ['nul.txt', 'nul-.txt'],
    [' .hidden. ', 'hidden'],
    ['übung ×2', 'übung ×2'],
  ])('named "%s" is called "%s"', async (wanted, name) => {
    expect((await runs.open(wanted)).name).toBe(name);
    expect(runs.notes).toEqual(
      wanted === name ? [] : [`name of the run: "${name}", as not every system can have "${wanted}"`],
    );
    const again = await runs.open(wanted, { resume: true }).catch((error: Error) => error);
    expect(String(again)).toContain('this run is running');
  });

  it.each([
    ['../x', /expected a name, found the path "\.\.\/x"/],
    ['a\\b', /found the path/],
    ['..', /expected a name with a letter or digit, found "\.\."/],
    ['', /found ""/],
    ['Latest', /points at the last run/],
  ])('is refused the name "%s"', async (name, message) => {
    await expect(runs.open(name)).rejects.toThrow(message);
    expect(existsSync(runs.root)).toBe(false);
  });

  it('says where it cannot be made', async () => {
    writeFileSync(runs.root, 'a file');
    await expect(runs.open('x')).rejects.toThrow(InputError);
    await expect(runs.open('x')).rejects.toThrow(`cannot be written (${runs.root} is a file, not a folder)`);
  });

  it('is named in a text file where there are no links, as on Windows', async () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
    for (const name of ['a', 'b']) await (await runs.open(name)).close();
    expect(runs.read('latest')).toBe('b\n');
    expect(lstatSync(join(runs.root, 'latest')).isFile()).toBe(true);
    expect((await runs.open('latest', { resume: true })).name).toBe('b');
  });

  it('leaves a folder named latest alone', async () => {
    mkdirSync(join(runs.root, 'latest'), { recursive: true });
    await runs.open('x');
    expect(runs.notes).toEqual([`${join(runs.root, 'latest')}: cannot be written (it is a folder)`]);
  });
});

describe('--reset', () => {
  it('sets the old run aside under a new name', async () => {
    for (const line of ['one', 'two', 'three']) {
      const run = await runs.open('x', { reset: true });
      expect(run.name).toBe('x');
      run.log(line);
      await run.close();
    }
    expect(runs.notes).toEqual(
      [1, 2].map((n) => `${join(runs.root, 'x')} is set aside as ${join(runs.root, `x.old-${n}`)}`),
    );
    expect(['x.old-1', 'x.old-2', 'x'].map((name) => runs.read(`${name}/log.txt`))).toEqual([
      'one\n',
      'two\n',
      'three\n',
    ]);
    expect(readdirSync(join(runs.root, 'x.old-1'))).not.toContain('lock-1.json');
    expect(readlinkSync(join(runs.root, 'latest'))).toBe('x');
  });

  it('leaves a running run where it is', async () => {
    const run = await runs.open('x');
    await expect(runs.open('x', { reset: true })).rejects.toThrow('this run is running');
    run.log('still here');
    expect(runs.read('x/log.txt')).toBe('still here\n');
    expect(readdirSync(runs.root).sort()).toEqual(['latest', 'x']);
  });

  it('does not move a folder that is no run', async () => {
    mkdirSync(join(runs.root, 'x'), { recursive: true });
    writeFileSync(join(runs.root, 'x/thesis.txt'), '');
    await expect(runs.open('x', { reset: true })).rejects.toThrow(
      'x: expected the folder of a run, found no options.json in it',
    );
    expect(readdirSync(runs.root)).toEqual(['x']);
  });
});

describe('--resume', () => {
  it('goes on in the same folder, and adds to what is there', async () => {
    const first = await runs.open('x', { setup: { threads: 1 } });
    first.log('before');
    await first.close();
    const second = await runs.open('x', {
      resume: true,
      options: { lr: 5 },
      command: ['sisr', 'train', '--resume'],
    });
    expect(second.name).toBe('x');
    second.log('after');
    await second.close();
    expect(runs.read('x/log.txt')).toBe('before\nafter\n');
    expect(runs.read('x/command.txt').split('\n')).toHaveLength(3);
    expect(runs.read('x/config.txt')).toMatch(/lr: 0.0001\nscale: 2\n\n.*\n\nlr: 5\n\n$/);
    const { options, commands, starts } = await readRun(join(runs.root, 'x'));
    expect(options).toEqual({ lr: 5 });
    expect(commands[1]).toBe('sisr train --resume');
    expect(starts.map(({ threads }) => threads)).toEqual([1, undefined]);
    expect(runs.notes).toEqual([]);
  });

  it('takes the latest, by link or by text', async () => {
    for (const name of ['a', 'b']) await (await runs.open(name)).close();
    const linked = await runs.open('latest', { resume: true });
    expect(linked.name).toBe('b');
    await linked.close();
    rmSync(join(runs.root, 'latest'));
    writeFileSync(join(runs.root, 'latest'), 'a\r\n');
    expect((await runs.open('latest', { resume: true })).name).toBe('a');
    expect(readlinkSync(join(runs.root, 'latest'))).toBe('a');
  });

  it('says where there is nothing to go on with', async () => {
    await expect(runs.open('latest', { resume: true })).rejects.toThrow('there is no run to go on with');
    await runs.open('rcan-x2');
    await expect(runs.open('rcan-x3', { resume: true })).rejects.toThrow(
      /rcan-x3: no such run; did you mean .*rcan-x2\?/,
    );
    symlinkSync('gone', join(runs.root, 'broken'));
    rmSync(join(runs.root, 'latest'));
    symlinkSync('gone', join(runs.root, 'latest'));
    await expect(runs.open('latest', { resume: true })).rejects.toThrow(/gone: no such run/);
  });

  it('removes what killed processes left, and only that', async () => {
    await (await runs.open('x')).close();
    const temporary = '.state.safetensors.01234567-89ab-4cde-8f01-23456789abcd.tmp';
    const others = ['.hidden', 'notes.tmp', '.x.tmp'];
    for (const name of [temporary, ...others, `model/${temporary}`, `results/${temporary}`]) {
      writeFileSync(join(runs.root, 'x', name), '');
    }
    await runs.open('x', { resume: true });
    expect(readdirSync(join(runs.root, 'x'))).toEqual(expect.arrayContaining(others));
    expect(readdirSync(join(runs.root, 'x'), { recursive: true }).join()).not.toContain('01234567');
  });
});
