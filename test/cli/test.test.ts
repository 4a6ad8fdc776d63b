import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { degrade } from '../../src/image/degrade.ts';
import type { RcanOptions } from '../../src/models/rcan.ts';
import { identifyStored } from '../../src/models/stored-network.ts';
import { shippedModelPath, shippedModels } from '../../src/node/shipped-models.ts';
import { load, photo, save } from './pictures.ts';
import { runCli, startCli, temporaryFolder } from './run.ts';

/** Laid out as the original's test code, whose commands are given in `code`. */
const folder = temporaryFolder();
const cwd = join(folder, 'code');
const at = (path: string) => join(folder, path);
const sr = (path: string) => at(join('SR', path));
const text = (path: string) => readFileSync(at(path), 'utf8');

const MODEL = shippedModels().find(({ scale }) => scale === 2)!;
const FILE = readFileSync(shippedModelPath(MODEL));
const { residualGroups, residualBlocks, features, reduction } = identifyStored(openCheckpoint(FILE))
  .options as RcanOptions;

const WEIGHTS = '../model/RCAN_BIX2.safetensors';
/** What `python main.py` was called with, but for the size of the network. */
const OFFICIAL =
  `--data_test MyImage --scale 2 --model RCAN --n_resgroups ${residualGroups} --n_resblocks ${residualBlocks} ` +
  `--n_feats ${features} --reduction ${reduction} --pre_train ${WEIGHTS} --test_only --save_results --chop`;
const test = (line: string) => runCli(['test', '--device', 'cpu', ...line.split(' ')], { cwd });
const PICTURES = { a: photo(), b: photo(48, 64) };

beforeAll(async () => {
  mkdirSync(cwd);
  mkdirSync(at('model'));
  writeFileSync(at('model/RCAN_BIX2.safetensors'), FILE);
  for (const [name, hr] of Object.entries(PICTURES)) {
    const lr = degrade(hr, { degradation: 'BI', scale: 2 });
    await save(at(`HR/Mini/x2/${name}_HR_x2.png`), hr);
    for (const kind of ['BI', 'BD']) await save(at(`LR/LR${kind}/Mini/x2/${name}_LR${kind}_x2.png`), lr);
    await save(at(`data/benchmark/Mini/HR/${name}.png`), hr);
    await save(at(`data/benchmark/Mini/LR_bicubic/X2/${name}x2.png`), lr);
    await save(at(`own/mine/x2/${name}.png`), lr);
    await save(at(`demo/${name}.jpg`), lr);
  }
  await save(at('data/DIV2K/DIV2K_train_HR/0001.png'), PICTURES.b);
  await save(at('data/DIV2K/DIV2K_train_HR/0002.png'), PICTURES.a);
  await save(at('data/DIV2K/DIV2K_train_LR_bicubic/X2/0001x2.png'), PICTURES.b);
  await save(
    at('data/DIV2K/DIV2K_train_LR_bicubic/X2/0002x2.png'),
    degrade(PICTURES.a, { degradation: 'BI', scale: 2 }),
  );
});

describe('the official test commands', () => {
  it('print true PSNR and write SR, config.txt and log.txt where the original does', async () => {
    const { status, stdout, stderr } = test(`${OFFICIAL} --save RCAN --testpath ../LR/LRBI --testset Mini`);
    const place = join('..', 'SR', 'BI', 'RCAN');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        `HR from ${join('..', 'HR', 'Mini', 'x2')}\n${WEIGHTS} ×2 on cpu\n` +
        `2 pictures in ${join(place, 'Mini', 'x2')}\n` +
        `log.txt (PSNR of the original's code: edsr-benchmark) and config.txt in ${place}\n`,
    });
    expect(readdirSync(sr('BI/RCAN'))).toEqual(['Mini', 'config.txt', 'log.txt']);
    expect(readdirSync(sr('BI/RCAN/Mini/x2'))).toEqual(['a_RCAN_x2.png', 'b_RCAN_x2.png']);
    expect(await load(sr('BI/RCAN/Mini/x2/a_RCAN_x2.png'))).toMatchObject({ width: 64, height: 48 });
    const log = text('SR/BI/RCAN/log.txt');
    expect(log).toMatch(
      /^\nEvaluation:\n\[MyImage x2\]\tPSNR: \d\d\.\d{3} \(Best: \d\d\.\d{3} @epoch 1\)\nTotal time: \d+\.\d\ds, ave time: \d+\.\d\ds\n\n$/,
    );
    expect(stdout.endsWith(log)).toBe(true);
    expect(stdout).toMatch(/^protocol rcan-matlab, ×2/);
    expect(text('SR/BI/RCAN/config.txt')).toMatch(
      /^\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d\n\ndebug: False\ntemplate: \.\n[\s\S]*scale: \[2\]\n[\s\S]*chop: True\nmodel: RCAN\n[\s\S]*n_resblocks: 4\n[\s\S]*degradation: BI\n\n$/,
    );
  });

  it('give what eval gives with the original’s way of cutting pictures', () => {
    const { log, mean } = JSON.parse(
      test(`${OFFICIAL} --save same --testpath ../LR/LRBI --testset Mini --json`).stdout,
    );
    const evaluated = (protocol: string) =>
      JSON.parse(
        runCli(
          [
            ...['eval', '--hr', '../HR/Mini/x2', '--lr', '../LR/LRBI/Mini/x2', '--tile', 'chop'],
            ...['-m', WEIGHTS, '--device', 'cpu', '--json', '-p', protocol],
          ],
          { cwd },
        ).stdout,
      ).mean;
    expect(mean).toEqual(evaluated('rcan-matlab'));
    expect(log).toEqual({ protocol: 'edsr-benchmark', psnr: evaluated('edsr-benchmark').psnr });
    expect(log.psnr).not.toBe(mean.psnr);
  });

  it('take the ensemble and BD, and name the files after them', () => {
    const { status } = test(
      `${OFFICIAL} --self_ensemble --save RCANplus --testpath ../LR/LRBD --degradation BD --testset Mini`,
    );
    expect(status).toBe(0);
    expect(readdirSync(sr('BD/RCANplus/Mini/x2'))).toEqual(['a_RCANplus_x2.png', 'b_RCANplus_x2.png']);
    const plain = readFileSync(sr('BI/RCAN/Mini/x2/a_RCAN_x2.png'));
    expect(readFileSync(sr('BD/RCANplus/Mini/x2/a_RCANplus_x2.png')).equals(plain)).toBe(false);
  });

  it('replace nothing unless told to', () => {
    const command = `${OFFICIAL} --save kept --testpath ../LR/LRBI --testset Mini`;
    expect(test(command).status).toBe(0);
    const before = text('SR/BI/kept/config.txt');
    const { status, stdout, stderr } = test(command);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/error: .*a_kept_x2\.png: exists already; use --overwrite/);
    expect(text('SR/BI/kept/config.txt')).toBe(before);
    expect(test(`${command} --overwrite`).status).toBe(0);
    expect(text('SR/BI/kept/log.txt').match(/Evaluation:/g)).toHaveLength(2);
    expect(text('SR/BI/kept/config.txt').match(/^scale: /gm)).toHaveLength(2);
  });

  it('set older results aside with --reset', () => {
    const command = `${OFFICIAL} --save again --testpath ../LR/LRBI --testset Mini`;
    expect(test(command).status).toBe(0);
    const { status, stderr } = test(`${command} --reset`);
    expect(status).toBe(0);
    expect(stderr).toMatch(/--reset: the older .*again is now .*again\.old-1; the original would delete it/);
    expect(readdirSync(sr('BI/again.old-1'))).toEqual(['Mini', 'config.txt', 'log.txt']);
    expect(text('SR/BI/again/log.txt').match(/Evaluation:/g)).toHaveLength(1);
  });
});

describe('other pictures', () => {
  it('without HR: SR under their own names, no PSNR', () => {
    const { status, stdout, stderr } = test(
      `--data_test MyImage -m ${MODEL.name} --testpath ../own --testset mine --save_results --print_model`,
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/^no HR: no PSNR; --hr FOLDER names it\n/);
    expect(stderr).toMatch(
      /RCAN: scale 2, .* parameters in \d+ tensors\n {2}sub_mean.weight +\[3, 3, 1, 1\]\n/,
    );
    expect(stdout).toMatch(/\nEvaluation:\nTotal time: /);
    expect(readdirSync(sr('BI/RCAN/mine/x2'))).toEqual(['a.png', 'b.png']);
  });

  it('with HR that is named, in JSON', () => {
    const { stdout } = test(
      `--data_test MyImage -m ${MODEL.name} --testpath ../own --testset mine --hr ../HR/Mini/x2 --save json --json`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      model: MODEL.name,
      set: 'mine',
      protocol: 'rcan-matlab',
      scale: 2,
      folder: join('..', 'SR', 'BI', 'json'),
      images: [{ name: 'a', psnr: expect.any(Number) }, { name: 'b' }],
      log: { protocol: 'edsr-benchmark', psnr: expect.any(Number) },
    });
  });

  it('with HR for some of them: no mean', async () => {
    await save(at('HR/mine/x2/b.png'), PICTURES.b);
    const { status, stdout, stderr } = test(
      `--data_test MyImage -m ${MODEL.name} --testpath ../own --testset mine --save part --json`,
    );
    expect(status).toBe(0);
    expect(stderr).toContain('HR of 1 of 2 pictures');
    const { images, mean, log } = JSON.parse(stdout);
    expect(images.map(({ psnr }: { psnr: number | null }) => psnr === null)).toEqual([true, false]);
    expect([mean.psnr, log.psnr]).toEqual([null, null]);
  });

  it('of a folder, a benchmark and DIV2K as the original lays them out', () => {
    const demo = test(`--data_test Demo -m ${MODEL.name} --dir_demo ../demo --save_results --save demo`);
    expect(demo.status).toBe(0);
    expect(readdirSync(sr('BI/demo/Demo/x2'))).toEqual(['a.png', 'b.png']);
    const benchmark = test(`--data_test Mini -m ${MODEL.name} --chop --save bench`);
    expect(benchmark.stderr).toMatch(/^--dir_data is not given: found .*data.benchmark\n/);
    expect(benchmark.stdout).toMatch(/\n\[Mini x2\]\tPSNR: /);
    expect(readdirSync(sr('BI/bench'))).toEqual(['config.txt', 'log.txt']);
    const div2k = test(
      `-m ${MODEL.name} --dir_data ../data --n_train 1 --offset_val 1 --n_val 1 --save div --save_results`,
    );
    expect(div2k.stdout).toMatch(/ {2}0002 +\d\d\.\d{4}[\s\S]*\n\[DIV2K x2\]\tPSNR: /);
    expect(readdirSync(sr('BI/div/DIV2K/x2'))).toEqual(['0002x2.png']);
  });

  it('somewhere else with -o', () => {
    const { status } = test(`--data_test Mini -m ${MODEL.name} --dir_data ../data --save x -o results`);
    expect(status).toBe(0);
    expect(existsSync(at('code/results/BI/x/log.txt'))).toBe(true);
  });
});

describe('what cannot be', () => {
  const MINI = '--data_test MyImage --testpath ../LR/LRBI --testset Mini';
  it.each([
    [
      'another network than the file’s',
      `${MINI} --scale 2 --model RCAN --n_resgroups 99 --n_resblocks ${residualBlocks} --n_feats 98 -m ${WEIGHTS}`,
      1,
      new RegExp(
        `RCAN_BIX2.safetensors: expected a network of --n_resgroups 99, --n_feats 98, found one of --n_resgroups ${residualGroups}, --n_feats ${features}: correct these options or leave them out`,
      ),
    ],
    [
      'another architecture',
      `${MINI} --model EDSR -m ${WEIGHTS}`,
      1,
      /of --model EDSR, found one of --model RCAN/,
    ],
    ['another scale', `${MINI} --scale 4 -m ${WEIGHTS}`, 1, /of --scale 4, found one of --scale 2/],
    [
      'weights that are not there',
      `${MINI} -m RCAN.pt`,
      2,
      /--pre_train RCAN.pt: no such file, and no model of that name ships/,
    ],
    [
      'a set that is not there',
      `--data_test MyImage --testpath ../LR/LRBI --testset Mimi -m ${WEIGHTS}`,
      1,
      /Mimi.*: no such file or folder/,
    ],
    ['no data', `-m ${WEIGHTS} --data_test DIV2K --dir_data nowhere`, 1, /nowhere.*no such file or folder/],
    [
      'LR of another degradation',
      `-m ${WEIGHTS} --data_test Mini --dir_data ../data --degradation BD`,
      1,
      /found no LR made by BD/,
    ],
  ])('%s', (_, line, status, message) => {
    const before = readdirSync(folder, { recursive: true }).sort();
    const result = test(line);
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  it('two pictures of one name', async () => {
    for (const name of ['c.png', 'c.webp']) await save(at(`own/twice/x2/${name}`), PICTURES.a);
    const { status, stderr } = test(
      `--data_test MyImage -m ${MODEL.name} --testpath ../own --testset twice --save_results`,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/c\.png and .*c\.webp would both be saved as .*c\.png: rename one of them/);
  });
});

describe('interrupted', () => {
  it('keeps the pictures that are finished and writes no PSNR', async () => {
    for (const name of ['a', 'b', 'c']) await save(at(`long/set/x2/${name}.png`), photo(128, 128));
    const line = `--data_test MyImage -m ${MODEL.name} --testpath ../long --testset set --save_results --self_ensemble --save long`;
    const child = startCli(['test', '--device', 'cpu', ...line.split(' ')], { cwd });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (child.exitCode === null && !existsSync(sr('BI/long/set/x2/a.png')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(sr('BI/long/set/x2')).length).toBeLessThan(3);
    expect(existsSync(sr('BI/long/log.txt'))).toBe(false);
  });
});
