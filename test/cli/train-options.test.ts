import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commanderArguments } from '../../src/cli/arguments.ts';
import { ORIGINAL_NAMES, type OriginalName, originalOption } from '../../src/cli/original-options.ts';
import { addTrainOptions, type TrainCommandOptions } from '../../src/cli/train-command-options.ts';
import { resolveTrainOptions, resumedOptions, trainingStart } from '../../src/cli/train-options.ts';
import { RCAN_DEFAULTS } from '../../src/models/rcan.ts';
import { SAN_DEFAULTS } from '../../src/models/san.ts';
import { describeOptions } from '../../src/train/describe-options.ts';
import { RECIPES } from '../../src/train/recipes.ts';
import { ORIGINAL_TRAINING, ORIGINAL_TRAINING_DATA } from '../train/original-training.ts';

/** What commander makes of a command line; its own errors are thrown. */
function parse(line: string): TrainCommandOptions {
  const program = new Command('sisr').exitOverride();
  const command = addTrainOptions(program.command('train'))
    .option('--debug')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  let parsed: TrainCommandOptions = {};
  command.action((options: TrainCommandOptions) => {
    parsed = options;
  });
  const argv = ['train', ...line.split(' ').filter((part) => part !== '')];
  program.parse(commanderArguments(argv, program), { from: 'user' });
  return parsed;
}

const SURROUNDINGS = { exists: () => false, now: new Date(2018, 6, 1, 12, 30, 59) };
const resolve = (line: string) => resolveTrainOptions(parse(line), SURROUNDINGS);
const withData = (line: string) => resolve(`--dir_data data ${line}`);
const optionsOf = (line: string) => withData(line).options;
/** Where an option of the original is shown in the settings. */
type Path = string;

describe('the official training commands', () => {
  it.each([
    [2, 96, ''],
    [3, 144, ' --pre_train ../experiment/model/RCAN_BIX2.pt'],
    [4, 192, ' --pre_train ../experiment/model/RCAN_BIX2.pt'],
    [8, 384, ' --pre_train ../experiment/model/RCAN_BIX2.pt'],
  ])('×%i', (scale, patch, start) => {
    const { options, warnings } = withData(
      `--model RCAN --save RCAN_BIX${scale}_G10R20P48 --scale ${scale} --n_resgroups 10 --n_resblocks 20 ` +
        `--n_feats 64 --reset --chop --save_results --print_model --patch_size ${patch}${start}`,
    );
    expect(options).toEqual({
      ...ORIGINAL_TRAINING,
      name: `RCAN_BIX${scale}_G10R20P48`,
      reset: true,
      start:
        start === '' ? { kind: 'random' } : { kind: 'weights', model: '../experiment/model/RCAN_BIX2.pt' },
      network: { ...RCAN_DEFAULTS, scale },
      data: { ...ORIGINAL_TRAINING_DATA, source: { kind: 'div2k', root: 'data', first: 1, last: 800 } },
      validation: {
        source: { kind: 'div2k', root: 'data', first: 801, last: 805 },
        tile: 'chop',
        ensemble: false,
      },
      patch,
      saveResults: true,
      printModel: true,
    });
    expect(options.patch / scale).toBe(48);
    expect(warnings).toEqual([expect.stringMatching(/^--reset sets an older run .* aside/)]);
  });

  it('find the pictures in a usual place', () => {
    const { options, warnings } = resolveTrainOptions(parse('--scale 2'), {
      exists: (path) => path.replaceAll('\\', '/') === '../data/DIV2K',
    });
    expect(options.data.source).toMatchObject({ root: '../data' });
    expect(warnings).toEqual([
      expect.stringMatching(/^--dir_data is not given: found ..[/\\]data[/\\]DIV2K$/),
    ]);
    expect(() => resolve('--scale 2')).toThrow(/--dir_data: name the folder that holds DIV2K .* --hr DIR/);
  });
});

/** For every option of the original: what to give, and what it must come to. */
const EFFECTS: Readonly<
  Record<OriginalName, readonly [given: string, path: Path, expected: unknown] | RegExp>
> = {
  debug: ['', 'printModel', false],
  template: [
    'EDSR_paper',
    'network',
    { scale: 4, colors: 3, valueRange: 255, residualBlocks: 32, features: 256, resScale: 0.1 },
  ],
  n_threads: ['7', 'data.workers', 7],
  cpu: ['', 'device', 'cpu'],
  n_GPUs: ['0', 'device', 'cpu'],
  seed: ['-5', 'seed', -5],
  dir_data: ['elsewhere', 'data.source.root', 'elsewhere'],
  dir_demo: /--dir_demo has no effect/,
  data_train: ['DIV2K', 'data.source.kind', 'div2k'],
  data_test: ['Urban100', 'validation.source', { kind: 'benchmark', root: 'data', set: 'Urban100' }],
  benchmark_noise: /--benchmark_noise: its code was never published/,
  n_train: ['700', 'data.source.last', 700],
  n_val: ['10', 'validation.source.last', 810],
  offset_val: ['900', 'validation.source.last', 905],
  ext: ['img', 'data.cache', 'off'],
  scale: ['3', 'network.scale', 3],
  patch_size: ['96', 'patch', 96],
  rgb_range: ['1', 'network.valueRange', 1],
  n_colors: ['3', 'network.colors', 3],
  noise: ['G25', 'data.noise.kind', 'gaussian'],
  chop: ['', 'validation.tile', 'chop'],
  model: ['EDSR', 'architecture', 'edsr'],
  act: /--act has no effect: the original reads it and never uses it/,
  pre_train: ['x2.pt', 'start', { kind: 'weights', model: 'x2.pt' }],
  extend: /--extend has no effect/,
  n_resblocks: ['5', 'network.residualBlocks', 5],
  n_feats: ['32', 'network.features', 32],
  res_scale: /--res_scale has no effect: RCAN has no such option/,
  shift_mean: /--shift_mean has no effect/,
  precision: /--precision half: single precision is used/,
  reset: ['', 'reset', true],
  test_every: ['50', 'stepsPerEpoch', 50],
  epochs: ['7', 'epochs', 7],
  batch_size: ['4', 'batch', 4],
  split_batch: /--split_batch has no effect/,
  self_ensemble: ['', 'validation.ensemble', true],
  test_only: /use "sisr test"/,
  gan_k: /--gan_k has no effect: .*GAN/,
  lr: ['5e-4', 'schedule.learningRate', 5e-4],
  lr_decay: ['100', 'schedule.everyEpochs', 100],
  decay_type: ['step_10_20', 'schedule.milestones', [10, 20]],
  gamma: ['0.1', 'schedule.gamma', 0.1],
  optimizer: ['adamw', 'optimizer.name', 'adamw'],
  momentum: /--momentum has no effect: it is not of the optimiser ADAM/,
  beta1: ['0.8', 'optimizer.betas', [0.8, 0.999]],
  beta2: ['0.99', 'optimizer.betas', [0.9, 0.99]],
  epsilon: ['1e-6', 'optimizer.eps', 1e-6],
  weight_decay: ['0.01', 'optimizer.weightDecay', 0.01],
  loss: ['1*MSE', 'loss', [{ weight: 1, type: 'MSE' }]],
  skip_threshold: ['10', 'skipThreshold', 10],
  save: ['mine', 'name', 'mine'],
  load: ['older', 'start', { kind: 'resume', run: 'older', epoch: 'latest' }],
  resume: ['-1', 'start', { kind: 'resume', run: 'latest', epoch: 'latest' }],
  print_model: ['', 'printModel', true],
  save_models: ['', 'saveModels', true],
  print_every: ['5', 'printEvery', 5],
  save_results: ['', 'saveResults', true],
  n_resgroups: ['2', 'network.residualGroups', 2],
  reduction: ['8', 'network.reduction', 8],
  testpath: /--testpath has no effect: .*sisr test/,
  testset: /--testset has no effect/,
  degradation: ['BD', 'data.degradation', 'BD'],
};

/** A value that argparse would take, where only the warning counts. */
const ANY: Readonly<Partial<Record<OriginalName, string>>> = {
  precision: 'half',
  res_scale: '0.1',
  act: 'elu',
  split_batch: '2',
  momentum: '0.5',
  gan_k: '2',
};

describe('every option of the original', () => {
  it.each(ORIGINAL_NAMES)('--%s', (name) => {
    const effect = EFFECTS[name];
    const { kind } = originalOption(name);
    const value = effect instanceof RegExp ? (ANY[name] ?? 'True') : effect[0];
    const line = `${name === 'dir_data' ? '' : '--dir_data data '}--${name}${kind === 'flag' ? '' : ` ${value}`}`;
    if (effect instanceof RegExp) return expect(said(line)).toMatch(effect);
    const [, path, expected] = effect;
    expect(at(resolve(line).options, path)).toEqual(expected);
  });

  it('has the default of the original, and the settings have it too', () => {
    const { options, warnings, original } = withData('');
    expect(warnings).toEqual([]);
    expect(options).toMatchObject(ORIGINAL_TRAINING);
    expect(options.data).toMatchObject(ORIGINAL_TRAINING_DATA);
    expect(options.network).toEqual({ ...RCAN_DEFAULTS, scale: 4 });
    expect(Object.keys(original)).toEqual(ORIGINAL_NAMES);
    const defaults = Object.fromEntries(ORIGINAL_NAMES.map((name) => [name, originalOption(name).train]));
    expect(original).toEqual({ ...defaults, dir_data: 'data', scale: [4] });
  });
});

/** The error or the warnings. */
function said(line: string): string {
  try {
    return resolve(line).warnings.join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

function at(value: unknown, path: Path): unknown {
  return path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], value);
}

it('AdamW has the weight decay of PyTorch where none is given, the others none', () => {
  const decayOf = (line: string) => at(optionsOf(line), 'optimizer.weightDecay');
  expect(decayOf('--optimizer AdamW')).toBe(0.01);
  expect(decayOf('--optimizer AdamW --weight_decay 0')).toBe(0);
  expect(decayOf('--optimizer SGD')).toBe(0);
});

describe('--network-option', () => {
  it('sets what has no name of its own', () => {
    const line = '--model SRCNN --network-option middleKernel=3 --network-option mappedFeatures=16';
    expect(optionsOf(line).network).toMatchObject({ middleKernel: 3, mappedFeatures: 16 });
    expect(optionsOf('--model ESPCN --network-option finalSigmoid=true').network).toMatchObject({
      finalSigmoid: true,
    });
  });

  it.each([
    ['--network-option middleKernel=3', /RCAN has no option middleKernel: expected scale, /],
    ['--model SRCNN --network-option middleKernel=4', /middleKernel must be 1, 3 or 5, found 4/],
    ['--model SRCNN --network-option middleKernel=yes', /Expected a name and a number, true or false/],
    ['--network-option features=48', /--network-option features: use --n_feats/],
    ['--network-option scale=3', /--network-option scale: use --scale/],
    ['--network-option middleKernel', /Expected a name and a number/],
    ['--model SRCNN --network-option middleKernel=true', /middleKernel must be a number, found true/],
  ])('refuses %s', (line, message) => {
    expect(said(line)).toMatch(message);
  });
});

describe('spelling', () => {
  it.each([
    ['--patch 96', 'patch', 96],
    ['--patch-size=96', 'patch', 96],
    ['--n_resg 3', 'network.residualGroups', 3],
    ['--epo=3', 'epochs', 3],
    ['--chop', 'validation.tile', 'chop'],
    ['--self', 'validation.ensemble', true],
    ['-s 2', 'network.scale', 2],
    ['-m weights.pt', 'start.model', 'weights.pt'],
    ['--resume', 'start.kind', 'resume'],
    ['--resume 12', 'start.epoch', 12],
    ['--optimizer sgd', 'optimizer.name', 'sgd'],
    ['--model rcan', 'architecture', 'rcan'],
  ])('takes %s', (line, path, expected) => {
    expect(at(optionsOf(line), path)).toEqual(expected);
  });

  it.each([
    ['--n_res 3', /--n-res is ambiguous: it could be --n-resblocks, --n-resgroups/],
    ['--checkpoint on', /unknown option '--checkpoint'/],
    ['--n_resgruops 3', /unknown option '--n-resgruops'\s+\(Did you mean --n-resgroups\?\)/],
    ['--resume mine', /argument 'mine' is invalid. .*--name mine --resume/],
    ['--epochs many', /argument 'many' is invalid. Expected a whole number/],
    ['--optimizer LAMB', /Expected SGD, ADAM, AdamW, RMSprop/],
    ['--chop True', /too many arguments/],
  ])('refuses %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});

describe('sisr’s own options', () => {
  it('take folders of pictures', () => {
    const { options, warnings } = resolve(
      '--hr HR --lr LR --val-hr VHR --val-lr VLR --scale 2 --skip-corrupt',
    );
    expect(options.data).toMatchObject({
      source: { kind: 'folders', hr: 'HR', lr: 'LR' },
      skipCorrupt: true,
    });
    expect(options.validation?.source).toEqual({ kind: 'folders', hr: 'VHR', lr: 'VLR' });
    expect(options.schedule.learningRate).toBe(1e-4);
    expect(warnings).toEqual([]);
  });

  it('tell a learning rate from a folder', () => {
    const { options } = resolve('--hr HR --lr 0.001 --lr ./0.001 --val-hr V');
    expect(options.schedule.learningRate).toBe(0.001);
    expect(options.data.source).toEqual({ kind: 'folders', hr: 'HR', lr: './0.001' });
    expect(() => parse('--lr -1')).toThrow(/positive learning rate/);
    expect(() => resolve('--lr 1e-4x')).toThrow(/--lr 1e-4x: expected --hr .* or a learning rate/);
  });

  it('say that there is no validation', () => {
    const { options, warnings } = resolve('--hr HR');
    expect(options.validation).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('no validation pictures: name some with --val-hr')]);
    expect(resolve('--hr HR --dir_data d --data_test Set5').options.validation?.source).toEqual({
      kind: 'benchmark',
      root: 'd',
      set: 'Set5',
    });
  });

  it('set the rest', () => {
    const options = optionsOf(
      '--runs out --name a:b --ema 0.99 --clip 5 --checkpointing on --memory 2G --device webgpu --threads 3 ' +
        '--freeze-mean-shift --decay_type cosine --warmup 10 --min-lr 1e-6 --epochs 2',
    );
    expect(options).toMatchObject({
      runs: 'out',
      name: 'a:b',
      ema: 0.99,
      clip: 5,
      checkpointing: 'on',
      memory: 2 * 1024 ** 3,
      device: 'webgpu',
      threads: 3,
      trainMeanShift: false,
      schedule: { kind: 'cosine', learningRate: 1e-4, minimum: 1e-6, warmupSteps: 10, totalSteps: 2000 },
    });
  });

  it('name a run after the time as the original does, as far as file names allow', () => {
    expect(optionsOf('--save .').name).toBe('2018-07-01-12-30-59');
  });

  it('leave other networks their own defaults', () => {
    expect(optionsOf('--model SAN --scale 2 --n_feats 32').network).toEqual({
      ...SAN_DEFAULTS,
      features: 32,
    });
    expect(optionsOf('--model EDSR').network).toMatchObject({
      residualBlocks: 20,
      features: 64,
      resScale: 1,
    });
    expect(optionsOf('--model ESPCN --scale 3').network).toMatchObject({ colors: 1, valueRange: 1 });
  });
});

describe('what contradicts itself or makes no sense', () => {
  it.each([
    ['--scale 2+3', /--scale 2\+3: expected one factor/],
    ['--scale two', /--scale two: expected a positive whole number/],
    ['--scale 5', /rcan: the option scale must be 1, 2, 3, 4, 8 or 16, found 5/],
    ['--n_colors 1', /rcan: the option colors must be 3/],
    [
      '--patch_size 100 --scale 3',
      /patch size: expected a multiple of the scale 3 .*, found 100; the nearest is 99/,
    ],
    ['--model MDSR', /--model MDSR: this network is not in sisr: expected .*EDSR/],
    ['--model RCNA', /--model RCNA: expected .*EDSR.*Did you mean RCAN/],
    ['--loss 1*L1+0.1*VGG54', /VGG54 cannot be had/],
    ['--decay_type linear', /decay type linear/],
    ['--decay_type cosine --epochs 0', /expected a number of --epochs/],
    ['--decay_type cosine --epochs 1 --warmup 1000', /--warmup 1000: expected less than the 1000 steps/],
    ['--decay_type cosine --min-lr 1', /--min-lr 1: expected at most the learning rate 0.0001/],
    [
      '--offset_val 5',
      /--offset_val 5: no validation pictures .* 801 .* 10; --offset_val 800 makes them 801 to 805/,
    ],
    ['--data_train Flickr2K', /--data_train Flickr2K: expected DIV2K; .*--hr/],
    ['--data_test MyImage', /--data_test MyImage: has no HR/],
    ['--noise X3', /--noise X3: expected G or S/],
    ['--ext npy', /--ext npy: expected sep, sep_reset or img/],
    ['--cpu --device cuda', /--cpu and --device cuda contradict/],
    ['--name a --save b', /--name a and --save b contradict/],
    ['--reset --load older', /--reset sets aside the run that --load/],
    ['--resume -2', /--resume -2: expected an epoch, or -1/],
    ['--recipe light --template GAN', /--recipe and --template contradict/],
    ['--template MDSR', /--template MDSR: the network MDSR is not in sisr/],
    ['--template jpeg', /DIV2K_jpeg/],
    ['--template DDBPN', /DDBPN is not in sisr/],
    ['--template edsr', /--template edsr: expected EDSR_paper or GAN/],
    ['--val-lr x', /--val-lr x: expected --val-hr/],
  ])('refuses %s', (line, message) => {
    expect(() => withData(line)).toThrow(message);
  });

  it.each([
    [
      '--load older',
      /--load older also takes the run's latest weights; the original would start with random/,
    ],
    ['--load older --resume -1 --pre_train x.pt', /--pre_train has no effect/],
    ['--load older --resume -1 --save new', /--save has no effect: the run of --load goes on/],
    ['--n_threads 0', /--n_threads 0: one thread loads pictures/],
    ['--n_GPUs 4', /--n_GPUs 4: sisr runs on one device/],
    ['--n_train 100', /101 to 805, .*--offset_val 100 makes them 101 to 105/],
    ['--warmup 5', /--warmup has no effect: it belongs to --decay_type cosine/],
    ['--decay_type cosine --gamma 0.1', /--gamma has no effect: the rate falls along a cosine/],
    ['--decay_type step_5 --lr_decay 7', /--lr_decay has no effect/],
    ['--optimizer SGD --beta1 0.5', /--beta1 has no effect: it is not of the optimiser SGD/],
    ['--model EDSR --n_resgroups 3', /--n_resgroups has no effect: EDSR has no such option/],
    ['--ext bin', /--ext bin: pictures are cached one by one/],
    ['--hr x --n_train 5 --val-hr y', /--n_train has no effect/],
  ])('says what %s means', (line, message) => {
    const { warnings } = withData(line);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
  });
});

describe('--template', () => {
  it('gives way to options that are given, and says so', () => {
    const { options, warnings } = withData('--template EDSR_paper --n_feats 64');
    expect(options.network).toMatchObject({ residualBlocks: 32, features: 64, resScale: 0.1 });
    expect(warnings).toEqual([
      '--n_feats 64 is kept; the original would take 256 from --template EDSR_paper',
    ]);
  });

  it('is looked for within the text, and several are applied', () => {
    const { options, warnings } = withData('--template my_EDSR_paper_GAN');
    expect(options).toMatchObject({
      architecture: 'edsr',
      epochs: 200,
      schedule: { kind: 'step', learningRate: 5e-5, everyEpochs: 150 },
    });
    expect(warnings).toEqual([]);
  });
});

describe('--recipe', () => {
  it.each(RECIPES.map(({ name }) => name))('%s is complete at every scale', (name) => {
    for (const scale of [2, 3, 4, 8]) {
      const { options, warnings, recipe } = withData(`--recipe ${name} --scale ${scale}`);
      expect(warnings).toEqual([]);
      expect(options.patch).toBe(recipe!.lrPatch * scale);
      expect(options.architecture).toBe('rcan');
    }
  });

  it('rcan is the original’s default', () => {
    expect(optionsOf('--recipe rcan')).toEqual(optionsOf(''));
  });

  it('light is small, and trained along a cosine with an average of the weights', () => {
    expect(optionsOf('--recipe light --scale 2')).toMatchObject({
      network: { residualGroups: 2, residualBlocks: 4, features: 48, reduction: 8 },
      patch: 48,
      ema: 0.999,
      schedule: { kind: 'cosine', warmupSteps: 500, totalSteps: 40_000 },
    });
  });

  it('gives way to options that are given', () => {
    const options = optionsOf('--recipe light --lr 5e-4 --ema 0.9 --warmup 0 --patch_size 120 --epochs 2');
    expect(options).toMatchObject({
      patch: 120,
      ema: 0.9,
      schedule: { learningRate: 5e-4, warmupSteps: 0, totalSteps: 2000 },
    });
    expect(optionsOf('--recipe light --decay_type step').schedule).toMatchObject({ kind: 'step' });
  });

  it('leaves another network its size', () => {
    expect(optionsOf('--recipe light --model san').network).toEqual({ ...SAN_DEFAULTS, scale: 4 });
  });
});

describe('a run that goes on', () => {
  it('is known before its data are', () => {
    expect(trainingStart(parse('--name mine --resume'))).toEqual({
      kind: 'resume',
      run: 'mine',
      epoch: 'latest',
    });
  });

  it('keeps the options it was started with', () => {
    const started = parse(
      '--hr HR --lr LR --lr 1e-3 --reset --pre_train x.pt --save mine --epochs 5 --watch --runs elsewhere --json',
    );
    const now = parse('--name mine-2 --resume --epochs 9 --lr 1e-5');
    const resumed = resumedOptions(JSON.parse(JSON.stringify(started)), now);
    for (const name of ['watch', 'runs', 'json']) expect(resumed).not.toHaveProperty(name);
    const { options, warnings } = resolveTrainOptions(resumed, SURROUNDINGS);
    expect(options).toMatchObject({
      name: 'mine-2',
      start: { kind: 'resume', run: 'mine-2', epoch: 'latest' },
      reset: false,
      epochs: 9,
      data: { source: { hr: 'HR', lr: 'LR' } },
      schedule: { learningRate: 1e-5 },
    });
    expect(warnings).toHaveLength(1);
  });
});

describe('describeOptions', () => {
  it('says everything in reading order', () => {
    const rows = describeOptions(
      resolve('--hr HR --val-hr V --recipe light --scale 2 --noise S5 --chop --clip 1 --memory 6G').options,
    );
    expect(rows).toEqual([
      ['run', 'test in runs'],
      ['start', 'random weights'],
      [
        'network',
        'rcan, scale 2, colors 3, valueRange 255, residualGroups 2, residualBlocks 4, features 48, reduction 8',
      ],
      ['data', 'HR (LR made by BI), shot noise 5 on LR, cached, 3 loading threads'],
      ['validation', 'V (LR made by BI), chopped'],
      ['length', '40 epochs of 1000 steps'],
      ['batch', '16 patches of 24×24 (LR) and 48×48 (HR)'],
      ['loss', '1*L1; batches above 1000000 times that of the last epoch are left out'],
      ['optimiser', 'Adam, betas 0.9 and 0.999, epsilon 1e-8, weight decay 0'],
      ['rate', '0.001, reached in 500 steps, then along a cosine to 0.000001 at step 40000'],
      ['gradients', 'clipped to norm 1, checkpointing auto'],
      ['average', 'of the weights (EMA), decay 0.999'],
      ['machine', 'device auto, one thread per core, under 6.00 GiB'],
      ['saved', 'the latest and the best, a line of the log every 100 steps'],
      ['seed', '1'],
    ]);
  });

  it.each([
    ['--optimizer SGD', 'optimiser', 'SGD, momentum 0.9, weight decay 0'],
    ['--optimizer RMSprop', 'optimiser', 'RMSprop, epsilon 1e-8, weight decay 0'],
    ['--decay_type step_2_4', 'rate', '0.0001, times 0.5 after epochs 2, 4'],
    ['--load a --resume 3', 'start', 'goes on with the run a from its epoch 3'],
    ['--data_test Set5', 'validation', 'the benchmark Set5 in data'],
    ['--epochs 0', 'length', 'endless epochs of 1000 steps'],
    ['', 'data', 'DIV2K in data, pictures 1 to 800, cached, 3 loading threads'],
  ])('describes %s', (line, title, expected) => {
    expect(new Map(describeOptions(optionsOf(line))).get(title)).toBe(expected);
  });
});
