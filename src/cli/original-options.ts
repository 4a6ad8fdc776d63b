/**
 * The options of the original program (RCAN's training code and its test code), as it spells them. Both codes take
 * all of them; their defaults differ in places. This table is the one place that knows them.
 */

/** The two programs: `sisr train` and `sisr test` stand for them. */
export type Program = 'train' | 'test';

/**
 * What an option takes: nothing, any text, a whole number from 1, from 0, or any, a number above 0, from 0, or from 0
 * to below 1.
 */
export type Kind = 'flag' | 'text' | 'count' | 'natural' | 'integer' | 'positive' | 'number' | 'fraction';

type ValueOf<K extends Kind> = K extends 'flag' ? boolean : K extends 'text' ? string : number;

export interface OriginalOption<K extends Kind = Kind> {
  readonly kind: K;
  /** The defaults. */
  readonly train: ValueOf<K>;
  readonly test: ValueOf<K>;
  readonly meaning: string;
  readonly short?: string;
  /** What the help calls its value. */
  readonly placeholder?: string;
  /** In any case of letters. */
  readonly choices?: readonly string[];
  /** What the help calls the default where it is not the original's. */
  readonly initially?: ByProgram;
  /** Why it changes nothing, for each program where that is so. */
  readonly noEffect?: ByProgram;
  /** Why it cannot be had, for each program where that is so. */
  readonly refused?: ByProgram;
}

type ByProgram = { readonly [P in Program]?: string };
type More = Omit<OriginalOption, 'kind' | Program | 'meaning'>;

/** @param initial the default, or those of the training and the test code where they differ */
function option<K extends Exclude<Kind, 'flag'>>(
  kind: K,
  initial: ValueOf<K> | readonly [train: ValueOf<K>, test: ValueOf<K>],
  meaning: string,
  more: More = {},
): OriginalOption<K> {
  const [train, test] = Array.isArray(initial) ? initial : [initial, initial];
  return { kind, train, test, meaning, ...more };
}

function flag(meaning: string, more: More = {}): OriginalOption<'flag'> {
  return { kind: 'flag', train: false, test: false, meaning, ...more };
}

/** The original's "nothing". */
export const NONE = '.';

function never(meaning: string): ByProgram {
  const why = `the original reads it and never uses it (${meaning})`;
  return { train: why, test: why };
}

const TRAINING = { test: 'it belongs to training, and "sisr test" does not train' };
const TEST_CODE = { train: 'the original training code reads and never uses it; it belongs to "sisr test"' };
const NO_CODE = 'its code was never published';
const FROM_MODEL = { test: "the model's" };

/** In the order of the original, which is that of its config.txt. */
const ORIGINAL_OPTIONS = {
  debug: flag('print the stack of an error'),
  template: option('text', NONE, 'a set of options: EDSR_paper or GAN; options that are given as well win'),
  n_threads: option('natural', 3, 'threads that load pictures', {
    noEffect: { test: '"sisr test" reads one picture after the other' },
  }),
  cpu: flag('the same as --device cpu'),
  n_GPUs: option('natural', 1, 'graphics cards; one at most is used, none with 0'),
  seed: option('integer', 1, 'of all random numbers', { noEffect: { test: 'nothing in a test is random' } }),
  dir_data: option(
    'text',
    ['/home/yulun/data/SR/traindata/DIV2K/bicubic', '/home/yulun/data/PyTorch/npy'],
    'the folder that holds DIV2K and benchmark',
    { initially: { train: 'looked for nearby', test: 'looked for nearby' } },
  ),
  dir_demo: option('text', '../test', 'the pictures of --data_test Demo', {
    noEffect: { train: 'it belongs to --data_test Demo, which has no HR to validate with' },
  }),
  data_train: option('text', 'DIV2K', 'the set in --dir_data to train on: DIV2K', {
    noEffect: { test: 'the mean colour that it chose comes with the weights' },
  }),
  data_test: option(
    'text',
    'DIV2K',
    'the pictures to test on: DIV2K, a benchmark such as Set5, in "sisr test" also Demo and MyImage',
  ),
  benchmark_noise: flag('noisy benchmarks', { refused: { train: NO_CODE, test: NO_CODE } }),
  n_train: option('count', 800, 'training pictures of DIV2K'),
  n_val: option('natural', [5, 10], 'validation pictures of DIV2K, where --offset_val is --n_train'),
  offset_val: option(
    'natural',
    800,
    'pictures before those: the validation pictures are n_train + 1 to offset_val + n_val',
  ),
  ext: option(
    'text',
    ['sep_reset', 'sep'],
    'cache of decoded pictures: sep (keep one), sep_reset (make it anew) or img (none)',
    { initially: { train: 'sep' }, noEffect: { test: '"sisr test" reads the pictures themselves' } },
  ),
  scale: option('text', '4', 'enlargement', { short: 's', placeholder: 'factor', initially: FROM_MODEL }),
  patch_size: option('count', 192, 'side of the HR patches; LR patches are this divided by the scale', {
    noEffect: TRAINING,
  }),
  rgb_range: option('positive', 255, 'the network works on values from 0 to this', { initially: FROM_MODEL }),
  n_colors: option('count', 3, 'channels: 3 (RGB), for SRCNN and ESPCN also 1 (Y)', {
    initially: FROM_MODEL,
  }),
  noise: option('text', NONE, 'noise on LR patches: G<deviation> (Gaussian) or S<value> (shot)', {
    noEffect: TRAINING,
  }),
  chop: flag('cut the pictures as the original does'),
  model: option('text', ['RCAN', 'EDSR'], 'RCAN, EDSR, SAN, HAN, SRCNN or ESPCN', { initially: FROM_MODEL }),
  act: option('text', 'relu', 'activation', { noEffect: never('activation') }),
  pre_train: option('text', NONE, 'weights: a checkpoint file or a model that ships (see "sisr models")', {
    short: 'm',
  }),
  extend: option('text', NONE, 'file', { noEffect: never('a file name') }),
  n_resblocks: option('count', [20, 16], 'residual blocks (of each group)', { initially: FROM_MODEL }),
  n_feats: option('count', 64, 'features', { initially: FROM_MODEL }),
  res_scale: option('positive', 1, 'residual scaling of EDSR', { initially: FROM_MODEL }),
  shift_mean: option('text', 'True', 'True or False', {
    choices: ['True', 'False'],
    noEffect: never('the mean is always shifted'),
  }),
  precision: option('text', 'single', 'single; half would overflow', { choices: ['single', 'half'] }),
  reset: flag('set older results of this name aside'),
  test_every: option('count', 1000, 'steps of an epoch, after each of which there is a validation', {
    noEffect: TRAINING,
  }),
  epochs: option('natural', [1000, 3000], 'epochs; 0 goes on until it is stopped', { noEffect: TRAINING }),
  batch_size: option('count', 16, 'patches in a step', { noEffect: TRAINING }),
  split_batch: option('count', 1, 'parts', { noEffect: never('parts of a batch') }),
  self_ensemble: flag('average over 8 flips and turns', { short: 'x' }),
  test_only: flag('changes nothing: "sisr test" only tests', {
    refused: { train: 'use "sisr test", which takes the same options' },
  }),
  gan_k: option('count', 1, 'steps of the discriminator', {
    noEffect: { ...TRAINING, train: 'it belongs to GAN losses, which sisr does not have' },
  }),
  lr: option('positive', 0.0001, 'learning rate', { noEffect: TRAINING }),
  lr_decay: option('count', 200, 'epochs after which the rate is lowered, again and again', {
    noEffect: TRAINING,
  }),
  decay_type: option('text', 'step', 'step, step_200_400 (at these epochs) or cosine', {
    noEffect: TRAINING,
  }),
  gamma: option('positive', 0.5, 'what the rate is multiplied with', { noEffect: TRAINING }),
  optimizer: option('text', 'ADAM', 'SGD, ADAM, AdamW or RMSprop', {
    choices: ['SGD', 'ADAM', 'AdamW', 'RMSprop'],
    noEffect: TRAINING,
  }),
  momentum: option('fraction', 0.9, 'of SGD', { noEffect: TRAINING }),
  beta1: option('fraction', 0.9, 'of ADAM and AdamW', { noEffect: TRAINING }),
  beta2: option('fraction', 0.999, 'of ADAM and AdamW', { noEffect: TRAINING }),
  epsilon: option('number', 1e-8, 'of ADAM, AdamW and RMSprop', { noEffect: TRAINING }),
  weight_decay: option('number', 0, 'weight decay (AdamW, where it is not given: 0.01)', {
    noEffect: TRAINING,
  }),
  loss: option('text', '1*L1', 'terms of L1, MSE, Charbonnier and SSIM such as 0.5*L1+0.5*MSE', {
    noEffect: TRAINING,
  }),
  skip_threshold: option(
    'positive',
    1000000,
    'leave out batches whose loss is this times that of the epoch before',
    { noEffect: TRAINING },
  ),
  save: option('text', ['test', 'RCAN'], 'name of the run or of the results'),
  load: option('text', NONE, 'go on with the run of this name; to test: take its weights'),
  resume: option('integer', 0, 'go on from the latest checkpoint (-1) or from that of an epoch'),
  print_model: flag('print the tensors of the network'),
  save_models: flag('keep the model of every epoch', { noEffect: TRAINING }),
  print_every: option('count', 100, 'steps between two lines of the log', { noEffect: TRAINING }),
  save_results: flag('save the enlarged pictures'),
  n_resgroups: option('count', 10, 'residual groups', { initially: FROM_MODEL }),
  reduction: option('count', 16, 'attention works on features / reduction', { initially: FROM_MODEL }),
  testpath: option('text', '../test/DIV2K_val_LR_our', 'the folder of the sets of --data_test MyImage', {
    noEffect: TEST_CODE,
  }),
  testset: option(
    'text',
    'Set5',
    'the set of --data_test MyImage: its pictures are in <testpath>/<testset>/x<scale>',
    { noEffect: TEST_CODE },
  ),
  // The original training code lacks this one; "sisr train" has it for pictures without LR.
  degradation: option(
    'text',
    'BI',
    'how LR was made, such as BI or BD: names the folder of SR and is replaced in the names of files',
  ),
};

type Table = typeof ORIGINAL_OPTIONS;
export type OriginalName = keyof Table;

/** A value for every option, under its original name. */
export type OriginalValues = { readonly [N in OriginalName]: ValueOf<Table[N]['kind']> };

export const ORIGINAL_NAMES = Object.keys(ORIGINAL_OPTIONS) as OriginalName[];

export function originalOption(name: OriginalName): OriginalOption {
  return ORIGINAL_OPTIONS[name];
}

/** What the original takes where nothing is said. */
export function originalDefaults(program: Program): OriginalValues {
  const entries = ORIGINAL_NAMES.map((name) => [name, originalOption(name)[program]]);
  return Object.fromEntries(entries) as OriginalValues;
}
