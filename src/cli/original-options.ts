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

export interface OriginalOption {
  readonly kind: Kind;
  readonly train: string | number | boolean;
  readonly test: string | number | boolean;
  readonly meaning: string;
  readonly short?: string;
  /** In any case of letters. */
  readonly choices?: readonly string[];
  /** What the help calls the default where it is not the original's. */
  readonly initially?: { readonly [P in Program]?: string };
  /** Why it changes nothing, for each program where that is so. */
  readonly noEffect?: { readonly [P in Program]?: string };
  /** Why it cannot be had, for each program where that is so. */
  readonly refused?: { readonly [P in Program]?: string };
}

/** The original's "nothing". */
export const NONE = '.';

const never = (meaning: string) => {
  const why = `the original reads it and never uses it (${meaning})`;
  return { train: why, test: why };
};
const NO_CODE = 'its code was never published';
const TRAINING = { test: 'it belongs to training, and "sisr test" does not train' };
const FROM_MODEL = { test: "the model's" };
const FROM_FILE = { test: '"sisr test" takes the weights of a run from --pre_train FILE' };
const TEST_CODE = { train: 'the original training code reads and never uses it; it belongs to "sisr test"' };

/** In the order of the original, which is that of its config.txt. */
export const ORIGINAL_OPTIONS = {
  debug: { kind: 'flag', train: false, test: false, meaning: 'print the stack of an error' },
  template: {
    kind: 'text',
    train: NONE,
    test: NONE,
    meaning: 'a set of options: EDSR_paper or GAN; options that are given as well win',
  },
  n_threads: {
    kind: 'natural',
    train: 3,
    test: 3,
    meaning: 'threads that load pictures',
    noEffect: { test: '"sisr test" reads one picture after the other' },
  },
  cpu: { kind: 'flag', train: false, test: false, meaning: 'the same as --device cpu' },
  n_GPUs: {
    kind: 'natural',
    train: 1,
    test: 1,
    meaning: 'graphics cards; one at most is used, none with 0',
  },
  seed: {
    kind: 'integer',
    train: 1,
    test: 1,
    meaning: 'of all random numbers',
    noEffect: { test: 'nothing in a test is random' },
  },
  dir_data: {
    kind: 'text',
    train: '/home/yulun/data/SR/traindata/DIV2K/bicubic',
    test: '/home/yulun/data/PyTorch/npy',
    meaning: 'the folder that holds DIV2K and benchmark',
    initially: { train: 'looked for nearby', test: 'looked for nearby' },
  },
  dir_demo: {
    kind: 'text',
    train: '../test',
    test: '../test',
    meaning: 'the pictures of --data_test Demo',
    noEffect: { train: 'it belongs to --data_test Demo, which has no HR to validate with' },
  },
  data_train: {
    kind: 'text',
    train: 'DIV2K',
    test: 'DIV2K',
    meaning: 'the set in --dir_data to train on: DIV2K',
    noEffect: { test: 'the mean colour that it chose comes with the weights' },
  },
  data_test: {
    kind: 'text',
    train: 'DIV2K',
    test: 'DIV2K',
    meaning: 'the pictures to test on: DIV2K, a benchmark such as Set5, in "sisr test" also Demo and MyImage',
  },
  benchmark_noise: {
    kind: 'flag',
    train: false,
    test: false,
    meaning: 'noisy benchmarks',
    refused: { train: NO_CODE, test: NO_CODE },
  },
  n_train: { kind: 'count', train: 800, test: 800, meaning: 'training pictures of DIV2K' },
  n_val: { kind: 'natural', train: 5, test: 10, meaning: 'with --offset_val: the last validation picture' },
  offset_val: {
    kind: 'natural',
    train: 800,
    test: 800,
    meaning: 'validation pictures of DIV2K are n_train + 1 to offset_val + n_val',
  },
  ext: {
    kind: 'text',
    train: 'sep_reset',
    test: 'sep',
    meaning: 'cache of decoded pictures: sep (keep one), sep_reset (make it anew) or img (none)',
    initially: { train: 'sep' },
    noEffect: { test: '"sisr test" reads the pictures themselves' },
  },
  scale: { kind: 'text', train: '4', test: '4', short: 's', meaning: 'enlargement', initially: FROM_MODEL },
  patch_size: {
    kind: 'count',
    train: 192,
    test: 192,
    meaning: 'side of the HR patches; LR patches are this divided by the scale',
    noEffect: TRAINING,
  },
  rgb_range: {
    kind: 'positive',
    train: 255,
    test: 255,
    meaning: 'the network works on values from 0 to this',
    initially: FROM_MODEL,
  },
  n_colors: {
    kind: 'count',
    train: 3,
    test: 3,
    meaning: 'channels: 3 (RGB), for SRCNN and ESPCN also 1 (Y)',
    initially: FROM_MODEL,
  },
  noise: {
    kind: 'text',
    train: NONE,
    test: NONE,
    meaning: 'noise on LR patches: G<deviation> (Gaussian) or S<value> (shot)',
    noEffect: TRAINING,
  },
  chop: { kind: 'flag', train: false, test: false, meaning: 'cut the pictures as the original does' },
  model: {
    kind: 'text',
    train: 'RCAN',
    test: 'EDSR',
    meaning: 'RCAN, EDSR, SAN, HAN, SRCNN or ESPCN',
    initially: FROM_MODEL,
  },
  act: { kind: 'text', train: 'relu', test: 'relu', meaning: 'activation', noEffect: never('activation') },
  pre_train: {
    kind: 'text',
    train: NONE,
    test: NONE,
    short: 'm',
    meaning: 'weights: a checkpoint file or a model that ships (see "sisr models")',
  },
  extend: { kind: 'text', train: NONE, test: NONE, meaning: 'file', noEffect: never('a file name') },
  n_resblocks: {
    kind: 'count',
    train: 20,
    test: 16,
    meaning: 'residual blocks (of each group)',
    initially: FROM_MODEL,
  },
  n_feats: { kind: 'count', train: 64, test: 64, meaning: 'features', initially: FROM_MODEL },
  res_scale: {
    kind: 'positive',
    train: 1,
    test: 1,
    meaning: 'residual scaling of EDSR',
    initially: FROM_MODEL,
  },
  shift_mean: {
    kind: 'text',
    train: 'True',
    test: 'True',
    meaning: 'True or False',
    choices: ['True', 'False'],
    noEffect: never('the mean is always shifted'),
  },
  precision: {
    kind: 'text',
    train: 'single',
    test: 'single',
    meaning: 'single; half would overflow',
    choices: ['single', 'half'],
  },
  reset: { kind: 'flag', train: false, test: false, meaning: 'set older results of this name aside' },
  test_every: {
    kind: 'count',
    train: 1000,
    test: 1000,
    meaning: 'steps of an epoch, after each of which there is a validation',
    noEffect: TRAINING,
  },
  epochs: {
    kind: 'natural',
    train: 1000,
    test: 3000,
    meaning: 'epochs; 0 goes on until it is stopped',
    noEffect: TRAINING,
  },
  batch_size: { kind: 'count', train: 16, test: 16, meaning: 'patches in a step', noEffect: TRAINING },
  split_batch: { kind: 'count', train: 1, test: 1, meaning: 'parts', noEffect: never('parts of a batch') },
  self_ensemble: {
    kind: 'flag',
    train: false,
    test: false,
    short: 'x',
    meaning: 'average over 8 flips and turns',
  },
  test_only: {
    kind: 'flag',
    train: false,
    test: false,
    meaning: 'accepted and always so',
    refused: { train: 'use "sisr test", which takes the same options' },
  },
  gan_k: {
    kind: 'count',
    train: 1,
    test: 1,
    meaning: 'steps of the discriminator',
    noEffect: { ...TRAINING, train: 'it belongs to GAN losses, which sisr does not have' },
  },
  lr: { kind: 'positive', train: 1e-4, test: 1e-4, meaning: 'learning rate', noEffect: TRAINING },
  lr_decay: {
    kind: 'count',
    train: 200,
    test: 200,
    meaning: 'epochs after which the rate is lowered, again and again',
    noEffect: TRAINING,
  },
  decay_type: {
    kind: 'text',
    train: 'step',
    test: 'step',
    meaning: 'step, step_200_400 (at these epochs) or cosine',
    noEffect: TRAINING,
  },
  gamma: {
    kind: 'positive',
    train: 0.5,
    test: 0.5,
    meaning: 'what the rate is multiplied with',
    noEffect: TRAINING,
  },
  optimizer: {
    kind: 'text',
    train: 'ADAM',
    test: 'ADAM',
    meaning: 'SGD, ADAM, AdamW or RMSprop',
    choices: ['SGD', 'ADAM', 'AdamW', 'RMSprop'],
    noEffect: TRAINING,
  },
  momentum: { kind: 'fraction', train: 0.9, test: 0.9, meaning: 'of SGD', noEffect: TRAINING },
  beta1: { kind: 'fraction', train: 0.9, test: 0.9, meaning: 'of ADAM and AdamW', noEffect: TRAINING },
  beta2: { kind: 'fraction', train: 0.999, test: 0.999, meaning: 'of ADAM and AdamW', noEffect: TRAINING },
  epsilon: {
    kind: 'number',
    train: 1e-8,
    test: 1e-8,
    meaning: 'of ADAM, AdamW and RMSprop',
    noEffect: TRAINING,
  },
  weight_decay: { kind: 'number', train: 0, test: 0, meaning: 'weight decay', noEffect: TRAINING },
  loss: {
    kind: 'text',
    train: '1*L1',
    test: '1*L1',
    meaning: 'terms of L1, MSE, Charbonnier and SSIM such as 0.5*L1+0.5*MSE',
    noEffect: TRAINING,
  },
  skip_threshold: {
    kind: 'positive',
    train: 1e6,
    test: 1e6,
    meaning: 'leave out batches whose loss is this times that of the epoch before',
    noEffect: TRAINING,
  },
  save: { kind: 'text', train: 'test', test: 'RCAN', meaning: 'name of the run or of the results' },
  load: {
    kind: 'text',
    train: NONE,
    test: NONE,
    meaning: 'go on with the run of this name',
    refused: FROM_FILE,
  },
  resume: {
    kind: 'integer',
    train: 0,
    test: 0,
    meaning: 'go on from the latest checkpoint (-1, or no number) or from that of an epoch',
    refused: FROM_FILE,
  },
  print_model: { kind: 'flag', train: false, test: false, meaning: 'print the tensors of the network' },
  save_models: {
    kind: 'flag',
    train: false,
    test: false,
    meaning: 'keep the model of every epoch',
    noEffect: TRAINING,
  },
  print_every: {
    kind: 'count',
    train: 100,
    test: 100,
    meaning: 'steps between two lines of the log',
    noEffect: TRAINING,
  },
  save_results: { kind: 'flag', train: false, test: false, meaning: 'save the enlarged pictures' },
  n_resgroups: { kind: 'count', train: 10, test: 10, meaning: 'residual groups', initially: FROM_MODEL },
  reduction: {
    kind: 'count',
    train: 16,
    test: 16,
    meaning: 'attention works on features / reduction',
    initially: FROM_MODEL,
  },
  testpath: {
    kind: 'text',
    train: '../test/DIV2K_val_LR_our',
    test: '../test/DIV2K_val_LR_our',
    meaning: 'the folder of the sets of --data_test MyImage',
    noEffect: TEST_CODE,
  },
  testset: {
    kind: 'text',
    train: 'Set5',
    test: 'Set5',
    meaning: 'the set of --data_test MyImage: its pictures are in <testpath>/<testset>/x<scale>',
    noEffect: TEST_CODE,
  },
  // The original training code lacks this one; "sisr train" has it for pictures without LR.
  degradation: {
    kind: 'text',
    train: 'BI',
    test: 'BI',
    meaning:
      'how LR was made, such as BI or BD: names the folder of SR and is replaced in the names of files',
  },
} as const satisfies Readonly<Record<string, OriginalOption>>;

type Table = typeof ORIGINAL_OPTIONS;
export type OriginalName = keyof Table;

type ValueOf<K extends Kind> = K extends 'flag' ? boolean : K extends 'text' ? string : number;

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
