import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commanderArguments } from '../../src/cli/arguments.ts';
import { ORIGINAL_NAMES, type OriginalName, originalOption } from '../../src/cli/original-options.ts';
import { addTestOptions, resolveTestOptions, type TestCommandOptions } from '../../src/cli/test-options.ts';

function resolve(line: string) {
  const program = new Command('sisr').exitOverride();
  const command = addTestOptions(program.command('test'))
    .option('--debug')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  let result: ReturnType<typeof resolveTestOptions> | undefined;
  command.action((options: TestCommandOptions) => {
    result = resolveTestOptions(options);
  });
  program.parse(commanderArguments(['test', ...line.split(' ')], program), { from: 'user' });
  return result!;
}

const MODEL = '-m rcan-light-x2';
const TRAINING = /has no effect: it belongs to training/;
const NEVER = /has no effect: the original reads it and never uses it/;

/** For every option: a value that it takes with effect, what is said of it, or the error. */
const EFFECTS: Readonly<Record<OriginalName, string | RegExp>> = {
  debug: '',
  template: 'EDSR_paper',
  n_threads: /has no effect: "sisr test" reads one picture/,
  cpu: '',
  n_GPUs: '0',
  seed: /has no effect: nothing in a test is random/,
  dir_data: 'data',
  dir_demo: '--data_test Demo --dir_demo demo',
  data_train: /has no effect: the mean colour/,
  data_test: 'Set14',
  benchmark_noise: /--benchmark_noise: its code was never published/,
  n_train: '10',
  n_val: '3',
  offset_val: '810',
  ext: /has no effect: "sisr test" reads the pictures themselves/,
  scale: '2',
  patch_size: TRAINING,
  rgb_range: '255',
  n_colors: '3',
  noise: TRAINING,
  chop: '',
  model: 'RCAN',
  act: NEVER,
  pre_train: 'rcan-light-x2',
  extend: NEVER,
  n_resblocks: '4',
  n_feats: '32',
  res_scale: '1',
  shift_mean: NEVER,
  precision: 'single',
  reset: '',
  test_every: TRAINING,
  epochs: TRAINING,
  batch_size: TRAINING,
  split_batch: NEVER,
  self_ensemble: '',
  test_only: '',
  gan_k: TRAINING,
  lr: TRAINING,
  lr_decay: TRAINING,
  decay_type: TRAINING,
  gamma: TRAINING,
  optimizer: TRAINING,
  momentum: TRAINING,
  beta1: TRAINING,
  beta2: TRAINING,
  epsilon: TRAINING,
  weight_decay: TRAINING,
  loss: TRAINING,
  skip_threshold: TRAINING,
  save: 'RCANplus',
  load: 'older',
  resume: '3',
  print_model: '',
  save_models: TRAINING,
  print_every: TRAINING,
  save_results: '',
  n_resgroups: '3',
  reduction: '8',
  testpath: '--data_test MyImage --testpath ../LR/LRBI',
  testset: '--data_test MyImage --testset Set14',
  degradation: 'BD',
};

/** Values for options where only what is said of them counts. */
const ANY: Readonly<Partial<Record<OriginalName, string>>> = {
  shift_mean: 'False',
  optimizer: 'SGD',
  momentum: '0.5',
  beta1: '0.5',
  beta2: '0.5',
};

describe('every option of the original', () => {
  it.each(ORIGINAL_NAMES)('--%s', (name) => {
    const effect = EFFECTS[name];
    const { kind } = originalOption(name);
    const flag = `--${name}${kind === 'flag' ? '' : ` ${ANY[name] ?? '1'}`}`;
    if (effect instanceof RegExp) return expect(said(`${MODEL} ${flag}`)).toMatch(effect);
    const given = effect.startsWith('--') ? effect : `--${name} ${effect}`;
    const { settings, warnings } = resolve(`${name === 'pre_train' ? '' : `${MODEL} `}${given}`.trim());
    expect(warnings).toEqual([]);
    const value = given.split(' ').at(-1)!;
    const expected = kind === 'flag' ? true : kind === 'text' ? value : Number(value);
    expect(settings.values[name]).toBe(expected);
  });

  it('has the default of the original', () => {
    const { settings, warnings } = resolve(MODEL);
    expect(warnings).toEqual([]);
    for (const name of ORIGINAL_NAMES)
      if (name !== 'pre_train') expect(settings.values[name]).toBe(originalOption(name).test);
    expect(settings).toMatchObject({ scale: undefined, save: 'RCAN', device: 'auto' });
    expect(settings.folder.replaceAll('\\', '/')).toBe('../SR/BI/RCAN');
  });
});

function said(line: string): string {
  try {
    return resolve(line).warnings.join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

describe('what has to be said', () => {
  it.each([
    ['--precision half', /single precision is used/],
    ['--n_GPUs 2', /sisr runs on one device/],
    ['--testpath x', /--testpath has no effect with --data_test DIV2K; it belongs to --data_test MyImage/],
    ['--data_test MyImage --n_val 3', /--n_val has no effect with --data_test MyImage/],
    ['--data_test Demo --dir_data x', /--dir_data has no effect with --data_test Demo/],
    ['--save a:b', /--save a:b: the results are named a-b/],
    ['--template EDSR_paper --n_feats 64', /--n_feats 64 is kept; the original would take 256/],
  ])('%s', (line, message) => {
    const { warnings } = resolve(`${MODEL} ${line}`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
  });

  it.each([
    ['', /--pre_train: name the weights to test, a file or one of rcan-/],
    ['-m a --scale 2+3', /--scale 2\+3: expected one factor/],
    ['-m a --cpu --device webgpu', /--cpu and --device webgpu contradict/],
    ['-m a --template MDSR', /MDSR is not in sisr/],
  ])('refuses %s', (line, message) => {
    expect(() => resolve(line === '' ? '--test_only' : line)).toThrow(message);
  });

  it.each([
    ['--load older', 'runs/older/model/model_latest.pt'],
    ['--load older --resume -1', 'runs/older/model/model_latest.pt'],
    ['--load older --resume 7 --pre_train x.pt', 'runs/older/model/model_7.pt'],
    ['--save mine --resume -1', 'runs/mine/model/model_latest.pt'],
    ['--load older --pre_train x.pt', 'x.pt'],
  ])('takes the weights of %s from %s', (line, model) => {
    expect(resolve(line).settings.model.replaceAll('\\', '/')).toBe(model);
  });

  it('takes nothing for something where the original has a default for nothing', () => {
    expect(resolve(`${MODEL} --load . --resume 0 --template .`).warnings).toEqual([]);
  });
});
