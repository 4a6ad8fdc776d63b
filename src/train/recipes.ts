/**
 * Recipes: sets of training options under one name. Each is written as on the command line, in the original
 * program's spelling, so that a recipe does nothing that options could not.
 */

/** The options that a recipe may set. */
export interface RecipeOptions {
  readonly model: string;
  readonly n_resgroups: number;
  readonly n_resblocks: number;
  readonly n_feats: number;
  readonly reduction: number;
  readonly batch_size: number;
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly test_every: number;
  readonly optimizer: string;
  readonly lr: number;
  /** `step`, `step_200_400` or `cosine`. */
  readonly decay_type: string;
  readonly lr_decay?: number;
  readonly gamma?: number;
  readonly warmup?: number;
  readonly min_lr?: number;
  readonly loss: string;
  readonly ema?: number;
}

export interface Recipe {
  readonly name: string;
  readonly summary: string;
  /** Where it is from. */
  readonly source: string;
  readonly options: RecipeOptions;
  /** Side of the LR patches: `patch_size` is this times the scale. */
  readonly lrPatch: number;
  /** What of the source it leaves out or changes and why, one sentence each. */
  readonly differences: readonly string[];
}

/** The network of the paper, and what RCAN-it keeps of its training. */
const PAPER = {
  model: 'RCAN',
  n_resgroups: 10,
  n_resblocks: 20,
  n_feats: 64,
  reduction: 16,
  batch_size: 16,
  test_every: 1000,
  optimizer: 'ADAM',
  lr: 1e-4,
  loss: '1*L1',
} as const satisfies Partial<RecipeOptions>;

export const RECIPES: readonly Recipe[] = [
  {
    name: 'rcan',
    summary: 'as the paper: a million steps, the rate halved every 200,000; days on a fast graphics card',
    source: 'Zhang et al. 2018, https://arxiv.org/abs/1807.02758, and the options of its training code',
    options: { ...PAPER, epochs: 1000, decay_type: 'step', lr_decay: 200, gamma: 0.5 },
    lrPatch: 48,
    differences: ['×3, ×4 and ×8 were started from the weights of ×2: add --pre_train.'],
  },
  {
    name: 'light',
    summary: 'a small RCAN (0.5 million parameters) in a few hours on a few CPU cores',
    source: 'sisr',
    options: {
      model: 'RCAN',
      n_resgroups: 2,
      n_resblocks: 4,
      n_feats: 48,
      reduction: 8,
      batch_size: 16,
      epochs: 40,
      test_every: 1000,
      optimizer: 'ADAM',
      lr: 1e-3,
      decay_type: 'cosine',
      warmup: 500,
      min_lr: 1e-6,
      loss: '1*L1',
      ema: 0.999,
    },
    lrPatch: 24,
    differences: [],
  },
  {
    name: 'rcan-it',
    summary: 'RCAN trained longer, on larger patches, along a cosine',
    source: 'Lin et al. 2022, https://arxiv.org/abs/2201.11279, and the settings in zudi-lin/rcan-it',
    options: { ...PAPER, epochs: 2000, decay_type: 'cosine', warmup: 0, min_lr: 0 },
    lrPatch: 64,
    differences: [
      'Twice the steps, as RCAN-it has twice those of its base (160,000 instead of 80,000, in batches of 64 on each GPU).',
      'Patches of 64×64 from the start; RCAN-it takes 48×48 first and 64×64 to fine-tune.',
      'Adam at 0.0001 with batches of 16: its LAMB at 0.0032 is for large batches and sisr has no LAMB.',
      'ReLU and a residual scaling of 1: its SiLU and 0.1 make another network, whose weights are not RCAN’s.',
      '×3 and ×4 were started from the weights of ×2: add --pre_train.',
    ],
  },
];
