/** `sisr train` as a user runs it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { photo, save } from './pictures.ts';
import { expectFailure, runCli, startCli, temporaryFolder } from './run.ts';
import { killed, linesOf, losses, tinyTraining, trainingPictures } from './training.ts';

const folder = temporaryFolder();
const work = join(folder, 'work');
let hr = '';
const run = (...more: string[]) => runCli([...tinyTraining(hr), ...more], { cwd: work });
const text = (...path: string[]) => readFileSync(join(work, 'runs', ...path), 'utf8');

beforeAll(async () => {
  mkdirSync(work);
  hr = await trainingPictures(folder);
});

describe('a training', () => {
  it('prints its settings, logs as the original does, and keeps models that enlarge pictures', () => {
    const { status, stdout, stderr } = run(
      '--val-hr',
      hr,
      '--name',
      'first',
      '--save_models',
      '--save_results',
    );
    expect(stderr).toMatch(/network +rcan, scale 2/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\[Epoch 1\]\tLearning rate: 1\.00e-3$/m);
    expect(stdout).toMatch(/^\[16\/16\]\t\[L1: \d+\.\d{4}\]\t\d+\.\d\+\d+\.\ds$/m);
    expect(stdout).toMatch(/^\[\S+ x2\]\tPSNR: \d+\.\d{3} \(Best: \d+\.\d{3} @epoch \d\)$/m);
    expect(text('first', 'log.txt')).toBe(stdout);
    const models = ['model_1.pt', 'model_2.pt', 'model_3.pt', 'model_best.pt', 'model_latest.pt'];
    expect(readdirSync(join(work, 'runs/first/model'))).toEqual(models);
    expect(readdirSync(join(work, 'runs/first/results'))).toContain('p0_x2_SR.png');
    const upscaled = runCli(
      ['upscale', join(hr, 'p0.png'), '-m', 'runs/first/model/model_best.pt', '-o', 'up.png'],
      { cwd: work },
    );
    expect(upscaled.stderr).not.toMatch(/error/);
    expect(existsSync(join(work, 'up.png'))).toBe(true);
  });

  it('tells every event as JSON', () => {
    const { stdout } = run('--name', 'json', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ event: 'start', step: 0 });
    const steps = events.filter(({ event }) => event === 'step');
    expect(steps).toHaveLength(12);
    expect(steps[0]).toMatchObject({ step: 1, loss: expect.any(Number), lr: 1e-3 });
    expect(events.at(-1)).toMatchObject({ event: 'end', step: 12 });
  });

  it('gives the same losses for the same seed, whatever the number of loading threads', () => {
    run('--name', 'threads', '--n_threads', '3');
    expect(losses(join(work, 'runs/threads'))).toEqual(losses(join(work, 'runs/json')));
    run('--name', 'seed', '--seed', '2');
    expect(losses(join(work, 'runs/seed'))).not.toEqual(losses(join(work, 'runs/json')));
  });

  it('never overwrites a run; two that start at once get two folders', async () => {
    const finished = (child: ReturnType<typeof startCli>) => {
      child.stdout.resume();
      child.stderr.resume();
      return new Promise((resolve) => child.once('exit', resolve));
    };
    const two = [0, 1].map(() =>
      finished(startCli([...tinyTraining(hr), '--name', 'twice', '--epochs', '1'], { cwd: work })),
    );
    expect(await Promise.all(two)).toEqual([0, 0]);
    expect(losses(join(work, 'runs/twice-2'))).toEqual(losses(join(work, 'runs/twice')));
    const { stderr } = run('--name', 'twice', '--epochs', '1', '--reset');
    expect(stderr).toMatch(/set aside as .*twice\.old-1/);
    expect(losses(join(work, 'runs/twice.old-1'))).toHaveLength(4);
  });

  it('starts from the weights of another scale, and says what it took', () => {
    const from = ['--pre_train', 'runs/first/model/model_best.pt'];
    const { status, stderr } = run('--name', 'x4', '--scale', '4', '--epochs', '1', ...from);
    expect(stderr).toMatch(/tensors taken from .*random: tail\.0\.2\.weight/);
    expect(status).toBe(0);
  });
});

describe('a run that was killed', () => {
  it.each([1, 6, 11])('after step %i goes on with the same losses', async (step) => {
    const name = `killed-${step}`;
    await killed([...tinyTraining(hr), '--name', name], work, linesOf('[L1: ', step));
    const { status } = runCli(['train', '--load', name], { cwd: work });
    expect(status).toBe(0);
    expect(losses(join(work, 'runs', name))).toEqual(losses(join(work, 'runs/json')));
  });

  it('stops at Ctrl-C with its state saved, and --resume goes on with the last run', async () => {
    const child = startCli([...tinyTraining(hr), '--name', 'stopped'], { cwd: work });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await linesOf('[L1: ', 5)(child.stdout, new AbortController().signal);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
    expect(stderr).toMatch(/to go on: sisr train --resume --name stopped/);
    const { status } = runCli(['train', '--resume'], { cwd: work });
    expect(status).toBe(0);
    expect(losses(join(work, 'runs/stopped'))).toEqual(losses(join(work, 'runs/json')));
  });
});

/** Takes a run's checkpoints away, as if it had been killed before the first of them. */
function forgetStates(name: string): void {
  const run = join(work, 'runs', name);
  for (const file of readdirSync(run)) if (file.startsWith('state.')) rmSync(join(run, file));
}

describe('a run that was killed before its first checkpoint', () => {
  it('begins once more with what it began with', () => {
    const from = ['--pre_train', 'runs/first/model/model_best.pt'];
    run('--name', 'tuned', '--epochs', '1', ...from);
    const expected = losses(join(work, 'runs/tuned'));
    expect(expected).not.toEqual(losses(join(work, 'runs/json')).slice(0, 4));
    for (const _ of ['once', 'and once more']) {
      forgetStates('tuned');
      const { status, stderr } = runCli(['train', '--resume', '--name', 'tuned'], { cwd: work });
      expect(stderr).toMatch(/tensors taken from runs\/first\/model\/model_best/);
      expect(status).toBe(0);
      expect(losses(join(work, 'runs/tuned'))).toEqual(expected);
    }
  });

  it('also where that was an epoch of another run', () => {
    runCli(['train', '--resume', '1', '--name', 'first', '--epochs', '2'], { cwd: work });
    const expected = losses(join(work, 'runs/first-2'));
    expect(expected.map(([step]) => step)).toEqual([5, 6, 7, 8]);
    forgetStates('first-2');
    runCli(['train', '--resume', '--name', 'first-2'], { cwd: work });
    expect(losses(join(work, 'runs/first-2'))).toEqual(expected);
  });
});

describe('going on with a run', () => {
  const goOn = (...more: string[]) => runCli(['train', '--resume', '--name', 'json', ...more], { cwd: work });

  it('refuses another network or optimiser, and where nothing is left to do', () => {
    const before = text('json', 'options.json');
    const other = goOn('--n_feats', '8', '--epochs', '4');
    expect(other.stderr).toMatch(
      /json: a run keeps its network: expected .*features 4.*, found .*features 8/,
    );
    expect(other.status).toBe(2);
    const optimizer = goOn('--optimizer', 'SGD', '--epochs', '4');
    expect(optimizer.stderr).toMatch(/json: a run keeps its optimiser, .*: expected adam, found sgd/);
    expect(optimizer.status).toBe(2);
    const finished = goOn();
    expect(finished.stderr).toMatch(/nothing is left to do: 3 of 3 epochs are done/);
    expect(finished.status).toBe(2);
    const epochs = goOn('--epochs', '4', '--test_every', '2');
    expect(epochs.stderr).toMatch(/a run keeps the length of its epochs: expected --test_every 4, found 2/);
    expect(epochs.status).toBe(2);
    expect(text('json', 'options.json')).toBe(before);
  });

  it('says what changed', () => {
    const { status, stderr } = goOn('--epochs', '4', '--loss', '1*MSE');
    expect(stderr).toMatch(/changed since the run began: loss: 1\*MSE.*\(it was: 1\*L1/);
    expect(status).toBe(0);
  });

  it('warns where a longer cosine begins high again', () => {
    run('--name', 'cosine', '--epochs', '1', '--decay_type', 'cosine', '--warmup', '1');
    const { status, stderr } = runCli(['train', '--resume', '--name', 'cosine', '--epochs', '3'], {
      cwd: work,
    });
    expect(stderr).toMatch(/the learning rate rises from 0 to 0\.00083 at once/);
    expect(status).toBe(0);
    expect(goOn('--epochs', '5').stderr).not.toMatch(/rises/);
  });

  it('from an earlier epoch makes another run', () => {
    const before = text('first', 'metrics.jsonl');
    const { status, stderr } = runCli(['train', '--resume', '2', '--name', 'first', '--epochs', '3'], {
      cwd: work,
    });
    expect(stderr).toMatch(/weights of epoch 2 of first, .*; the optimiser begins anew/);
    expect(status).toBe(0);
    expect(losses(join(work, 'runs/first-3')).map(([step]) => step)).toEqual([9, 10, 11, 12]);
    expect(text('first', 'metrics.jsonl')).toBe(before);
  });

  it('from an epoch that was not kept, or after which nothing is left, makes no run', () => {
    const runs = readdirSync(join(work, 'runs'));
    const from = (epoch: string) =>
      runCli(['train', '--resume', epoch, '--name', 'first', '--epochs', '8'], { cwd: work });
    expect(from('7').stderr).toMatch(/model_7\.pt: no such file/);
    expect(from('8').stderr).toMatch(/nothing is left to do: 8 of 8 epochs are done/);
    expect(readdirSync(join(work, 'runs'))).toEqual(runs);
  });
});

describe('bad input', () => {
  const fails = (message: RegExp, ...more: string[]) =>
    expectFailure(work, [...tinyTraining(hr), ...more], 1, message, work);
  const misused = (message: RegExp, ...more: string[]) =>
    expectFailure(work, [...tinyTraining(hr), ...more], 2, message, work);

  it('an empty folder', () => {
    mkdirSync(join(folder, 'empty'));
    fails(/empty: .*no pictures/, '--hr', join(folder, 'empty'));
  });

  it('an HR without LR, and an LR of the wrong size', async () => {
    const lr = join(folder, 'lr');
    for (let i = 0; i < 4; i++) await save(join(lr, `p${i}.png`), photo(20 + Math.floor(i / 2), 20));
    fails(/p4\.png \(HR\): no LR file/, '--lr', lr);
    await save(join(lr, 'p4.png'), photo(30, 20));
    fails(/p4\.png: expected 22×20 pixels.*found 30×20/, '--lr', lr);
  });

  it('a picture smaller than the patch', () => {
    fails(/p0\.png: expected at least 42×42 pixels, the patch size, found 40×40/, '--patch_size', '42');
  });

  it('a corrupt picture among good ones, which --skip-corrupt leaves out', async () => {
    const mixed = join(folder, 'mixed');
    for (let i = 0; i < 4; i++) await save(join(mixed, `p${i}.png`), photo(40, 40));
    writeFileSync(join(mixed, 'bad.png'), 'no picture');
    fails(/bad\.png/, '--hr', mixed);
    const { status, stderr } = run('--hr', mixed, '--skip-corrupt', '--name', 'skipped', '--epochs', '1');
    expect(stderr).toMatch(/bad\.png/);
    expect(status).toBe(0);
  });

  it('a patch size that the scale does not divide', () => {
    misused(/patch size: expected a multiple of the scale 2 .*found 17/, '--patch_size', '17');
  });

  it('a batch larger than the data set', () => {
    fails(/batch size: expected at most 5, .*found 6/, '--batch_size', '6');
  });

  it('a checkpoint of another network', () => {
    fails(
      /rcan-light-x2.*: expected the weights of --model RCAN .*--n_resgroups 1 .*, found those of --model RCAN .*--n_resgroups 2 /,
      '--pre_train',
      'rcan-light-x2',
    );
  });

  it('a device that does not work here', () => {
    fails(/the device cuda does not work here/, '--device', 'cuda');
  });

  it('a run that does not exist', () => {
    expectFailure(work, ['train', '--load', 'nothing'], 1, /nothing/, work);
  });

  it('a loss that cannot be had', () => {
    misused(/VGG/, '--loss', '1*VGG54');
  });
});
