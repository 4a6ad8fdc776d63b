/** The original's training command on the original's layouts, and a run whose validation was killed with it. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imresize } from '../../src/image/imresize.ts';
import { parseEvents } from '../../src/train/metrics.ts';
import { photo, save } from './pictures.ts';
import { runCli, temporaryFolder } from './run.ts';
import { killed, linesOf, losses, tinyTraining, trainingPictures } from './training.ts';

const folder = temporaryFolder();

/** `main.py`'s options, `--n_threads` apart, which changes nothing that is computed. */
const COMMAND =
  'train --model RCAN --scale 2 --n_resgroups 1 --n_resblocks 1 --n_feats 4 --reduction 2 --patch_size 16 ' +
  '--batch_size 4 --epochs 2 --test_every 4 --print_every 1 --lr 1e-3 --reset --chop --save_results --print_model';

const scores = (run: string) =>
  parseEvents(readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    .filter(({ event }) => event === 'eval')
    .map(({ step, set, psnr }) => [step, set, psnr]);

it.each([
  ['DIV2K', ['--n_train', '4', '--offset_val', '4', '--n_val', '2']],
  ['Set5', ['--n_train', '4', '--data_test', 'Set5']],
])('trains on DIV2K and validates with %s', async (set, options) => {
  const root = join(folder, set);
  const code = join(root, 'RCAN_TrainCode', 'code');
  mkdirSync(code, { recursive: true });
  for (let i = 1; i <= 6; i++) {
    const hr = photo(40 + 2 * i, 40);
    await save(join(root, `RCAN_TrainCode/DIV2K/DIV2K_train_HR/000${i}.png`), hr);
    await save(
      join(root, `RCAN_TrainCode/DIV2K/DIV2K_train_LR_bicubic/X2/000${i}x2.png`),
      imresize(hr, 1 / 2),
    );
  }
  await save(join(root, 'RCAN_TrainCode/benchmark/Set5/HR/baby.png'), photo(48, 40));
  await save(join(root, 'RCAN_TrainCode/benchmark/Set5/LR_bicubic/X2/babyx2.png'), photo(24, 20));
  const { status, stdout, stderr } = runCli([...COMMAND.split(' '), '--save', 'first', ...options], {
    cwd: code,
  });
  expect(stderr).not.toMatch(/error:/);
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^\\[${set} x2\\]\tPSNR: \\d+\\.\\d{3} \\(Best: `, 'm'));
  expect(losses(join(code, 'runs/first'))).toHaveLength(8);
  expect(scores(join(code, 'runs/first')).map(([step]) => step)).toEqual([4, 8]);
});

it('a run that was killed validates the same and keeps the same best weights', async () => {
  const work = join(folder, 'killed');
  const hr = await trainingPictures(work);
  const command = [...tinyTraining(hr), '--val-hr', hr];
  runCli([...command, '--name', 'whole'], { cwd: work });
  await killed([...command, '--name', 'killed'], work, linesOf('[L1: ', 6));
  expect(runCli(['train', '--resume', '--name', 'killed'], { cwd: work }).status).toBe(0);
  const [whole, resumed] = ['whole', 'killed'].map((name) => join(work, 'runs', name)) as [string, string];
  expect(scores(whole)).toHaveLength(3);
  expect(scores(resumed)).toEqual(scores(whole));
  const best = (run: string) => readFileSync(join(run, 'model/model_best.pt'));
  expect(best(resumed).equals(best(whole))).toBe(true);
  rmSync(work, { recursive: true });
});

it('starts from the weights of no other network; what weights do not tell may be asked for', async () => {
  const work = join(folder, 'other');
  const hr = await trainingPictures(work);
  const run = (...args: string[]) => runCli(args, { cwd: work });
  const edsr = ['--model', 'EDSR', '--n_resblocks', '1', '--n_feats', '4', '--epochs', '1', '--res_scale'];
  expect(run(...tinyTraining(hr), ...edsr, '0.1', '--name', 'edsr').status).toBe(0);
  const weights = 'runs/edsr/model/model_latest.pt';
  const other = run(...tinyTraining(hr), '--pre_train', weights);
  expect(other.stderr).toMatch(/expected the weights of --model RCAN .*, found those of --model EDSR /);
  expect(other.status).toBe(1);
  const scaled = run(...tinyTraining(hr), ...edsr, '1', '--pre_train', weights);
  expect(scaled.stderr).toMatch(/--res_scale 1.*, found those of .*--res_scale 0\.1/);
  run('convert', weights, 'bare.pt', '--container', 'legacy');
  const bare = run(...tinyTraining(hr), ...edsr, '0.5', '--pre_train', 'bare.pt');
  expect(bare.stderr).not.toMatch(/error/);
  expect(bare.status).toBe(0);
});
