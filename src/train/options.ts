/** The settings of a training, complete and checked: what every way of asking for one is resolved to. */
import type { PatchNoise } from '../data/noise.ts';
import type { TrainingDegradation } from '../data/photo.ts';
import type { NetworkOptions } from '../models/architecture.ts';
import type { DeviceChoice } from '../runtime/runtime.ts';
import type { LossTerm } from './loss-spec.ts';
import type { Schedule } from './schedule.ts';

/** Where pictures come from. */
export type PictureSource =
  /** Two folders, paired by name; without `lr` the small pictures are made. */
  | { readonly kind: 'folders'; readonly hr: string; readonly lr?: string }
  /** The pictures `first` to `last` (0001 is 1) of `<root>/DIV2K/DIV2K_train_HR` and the LR folder beside it. */
  | { readonly kind: 'div2k'; readonly root: string; readonly first: number; readonly last: number }
  /** `<root>/benchmark/<set>/HR` and `LR_bicubic/X<scale>`. */
  | { readonly kind: 'benchmark'; readonly root: string; readonly set: string };

export interface TrainingData {
  readonly source: PictureSource;
  /** How LR is made where none is given; which LR folder is read in the layout of DIV2K. */
  readonly degradation: TrainingDegradation;
  /** On LR patches, new for every patch. */
  readonly noise?: PatchNoise;
  /** Decoded pictures on disk: `rebuild` makes them anew even where they are valid. */
  readonly cache: 'on' | 'off' | 'rebuild';
  /** Leaves out pictures that cannot be read, naming them, instead of stopping. */
  readonly skipCorrupt: boolean;
  /** Threads that load pictures. */
  readonly workers: number;
}

export interface ValidationOptions {
  readonly source: PictureSource;
  /** `chop` cuts the pictures as the original does; `auto` runs them whole where they fit into memory. */
  readonly tile: 'auto' | 'chop';
  /** Average over the 8 flips and transposes. */
  readonly ensemble: boolean;
}

/** The learning rate is the schedule's. */
export type OptimizerOptions =
  /** `adam` adds the weight decay to the gradient, `adamw` takes it off the weights (Loshchilov and Hutter 2019). */
  | {
      readonly name: 'adam' | 'adamw';
      readonly betas: readonly [number, number];
      readonly eps: number;
      readonly weightDecay: number;
    }
  | { readonly name: 'sgd'; readonly momentum: number; readonly weightDecay: number }
  | { readonly name: 'rmsprop'; readonly eps: number; readonly weightDecay: number };

/** What the training begins with. */
export type TrainingStart =
  | { readonly kind: 'random' }
  /** A checkpoint file or the name of a model that ships; its upsampler may be another scale's. */
  | { readonly kind: 'weights'; readonly model: string }
  /** Everything from a run's own checkpoint. `latest`, or the number of an epoch that was kept. */
  | { readonly kind: 'resume'; readonly run: string; readonly epoch: 'latest' | number };

export interface TrainingOptions {
  /** The run's name and that of its folder. */
  readonly name: string;
  /** The folder that holds the runs. */
  readonly runs: string;
  readonly start: TrainingStart;
  /** Sets an older run of this name aside, so that this one gets the name. */
  readonly reset: boolean;

  /** Id of the registry. */
  readonly architecture: string;
  /** All of the network's options. */
  readonly network: NetworkOptions;
  /** Whether the mean shift is trained, as the original does by accident. */
  readonly trainMeanShift: boolean;

  readonly data: TrainingData;
  readonly validation?: ValidationOptions;

  /** Side of the HR patches, a multiple of the scale. */
  readonly patch: number;
  /** Pairs of patches in a step. */
  readonly batch: number;
  /** `ENDLESS_EPOCHS`: until it is stopped. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Of all random numbers: initial weights, order, patches, flips and noise. */
  readonly seed: number;

  readonly loss: readonly LossTerm[];
  readonly optimizer: OptimizerOptions;
  readonly schedule: Schedule;
  /** Largest norm of all gradients together; larger ones are scaled down. Left out: not limited. */
  readonly clip?: number;
  /** Decay of the exponential moving average of the weights that is validated and saved. Left out: none. */
  readonly ema?: number;
  /** A batch whose loss is not below this times that of the epoch before is left out, as is one of NaN. */
  readonly skipThreshold: number;

  /** Whether activations are computed again in the backward pass; `auto`: where they do not fit into `memory`. */
  readonly checkpointing: 'auto' | 'on' | 'off';
  /** Bytes that training should stay under, validation left out. Left out: 80 % of the machine's, 10 GiB at most. */
  readonly memory?: number;
  readonly device: DeviceChoice;
  /** Threads on the CPU. Left out: one per core. */
  readonly threads?: number;

  /** Steps between two lines of the log. */
  readonly printEvery: number;
  /** Keeps the checkpoint of every epoch. */
  readonly saveModels: boolean;
  /** Writes SR, LR and HR of the validation pictures at every validation. */
  readonly saveResults: boolean;
  /** Prints the network's tensors before the start. */
  readonly printModel: boolean;
}

/** What the original takes 0 epochs for. */
export const ENDLESS_EPOCHS = 1e8;

/** What holds where nothing is said; the original's, where it has such an option. */
export const TRAINING_DEFAULTS = {
  runs: 'runs',
  trainMeanShift: true,
  seed: 1,
  loss: '1*L1',
  optimizer: { name: 'adam', lr: 1e-4, betas: [0.9, 0.999], eps: 1e-8, momentum: 0.9 },
  checkpointing: 'auto',
} as const;
