import type { TrainingData, TrainingOptions } from '../../src/train/options.ts';

/** What options come to where nothing is said: the original training code's defaults, and nothing that it does not have. */
export const ORIGINAL_TRAINING = {
  name: 'test',
  runs: 'runs',
  start: { kind: 'random' },
  reset: false,
  architecture: 'rcan',
  trainMeanShift: true,
  patch: 192,
  batch: 16,
  epochs: 1000,
  stepsPerEpoch: 1000,
  seed: 1,
  loss: [{ weight: 1, type: 'L1' }],
  optimizer: { name: 'adam', betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
  schedule: { kind: 'step', learningRate: 1e-4, everyEpochs: 200, gamma: 0.5 },
  skipThreshold: 1e6,
  checkpointing: 'auto',
  device: 'auto',
  printEvery: 100,
  saveModels: false,
  saveResults: false,
  printModel: false,
} as const satisfies Partial<TrainingOptions>;

/** What the loading of pictures does where nothing is said. */
export const ORIGINAL_TRAINING_DATA = {
  degradation: 'BI',
  cache: 'on',
  skipCorrupt: false,
  workers: 3,
} as const satisfies Partial<TrainingData>;
