import { availableParallelism } from 'node:os';
import { checkNoise, type PatchNoise } from '../../data/noise.ts';
import type { ValueFormat } from '../../data/patch.ts';
import type { TrainingDegradation } from '../../data/photo.ts';
import { checkBatchSize, checkPatchOptions } from '../../data/training-set.ts';
import { expectThat, InputError } from '../../errors.ts';
import type { Border } from '../../image/axis.ts';
import { DEGRADE_DEFAULTS, DN_SIGMA } from '../../image/degrade.ts';
import type { Batches } from '../../train/loop.ts';
import { openCacheFolder } from './cache-folder.ts';
import type { TrainingPair } from './list-pairs.ts';
import type { BatchPlan } from './load-batch.ts';
import { type Loader, ownLoader, threadLoader } from './loaders.ts';
import { PrefetchedBatches } from './prefetch.ts';
import { preparePictures } from './prepare.ts';
import { diskStore, memoryStore, type RasterStore } from './store.ts';

export interface TrainingDataOptions {
  /** All with LR files, or all without. */
  readonly pairs: readonly TrainingPair[];
  readonly scale: number;
  /** Side of the HR patches, a multiple of the scale. */
  readonly patchSize: number;
  /** Pairs of patches in a batch, at most the number of pictures. */
  readonly batchSize: number;
  /** A whole number; it alone decides on order, patches, turns and noise. */
  readonly seed: number;
  /** 3 for RGB, where grey pictures are repeated, or 1 for Y. */
  readonly colors: number;
  /** Which Y. Default: `studio`. */
  readonly luma?: ValueFormat['luma'];
  /** The value of white. */
  readonly valueRange: number;
  /** How LR is made where there are no files. Default: BI. Noise of DN, and all of `photo`, is new for every patch. */
  readonly degradation?: TrainingDegradation;
  /** Border of all but BD, see `DegradeOptions`. */
  readonly border?: Border;
  /** Added to LR patches, new for every patch. */
  readonly noise?: PatchNoise;
  /** Whether LR patches are enlarged by bicubic interpolation, for networks that see the picture so. */
  readonly enlargedInput?: boolean;
  /** Whether patches are turned and mirrored at random. Default: yes. */
  readonly augment?: boolean;
  /** Decoded pictures on disk; `rebuild` makes them anew, `off` keeps them in memory. Default: on. */
  readonly cache?: 'on' | 'rebuild' | 'off';
  /** Where they are kept. Default: see `openCacheFolder`. */
  readonly cacheFolder?: string;
  /** Threads that load batches; 0 is the calling one. Changes no value. Default: 2, or 1 on a machine with one core. */
  readonly workers?: number;
  /** Leaves out pictures that cannot be read, with a note, instead of failing. */
  readonly skipCorrupt?: boolean;
  /** While pictures are decoded and LR is made. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops that. */
  readonly signal?: AbortSignal;
}

/**
 * Batches of pairs of patches: LR [N, colors, p, p], or [N, colors, P, P] where it is enlarged, and HR
 * [N, colors, P, P], values 0..valueRange. A batch is valid until the next one is asked for; any may be asked for, and the
 * following ones are loaded ahead.
 */
export interface TrainingData extends Batches {
  /** How many there are. */
  readonly pictures: number;
  /** What was left out and where decoded pictures are kept, one line each. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens pictures to train with: all of them are decoded once, and training reads patches of their pixels.
 *
 * @throws {InputError} naming the option or picture that cannot be trained with
 */
export async function openTrainingData(options: TrainingDataOptions): Promise<TrainingData> {
  checkOptions(options);
  const { pairs, skipCorrupt = false, degradation = 'BI', border = DEGRADE_DEFAULTS.border } = options;
  const { store, notes } = await openStore(options);
  const prepared = await preparePictures(pairs, store, {
    ...options,
    degradation,
    border,
    skipCorrupt,
  });
  const { pictures } = prepared;
  checkBatchSize(options.batchSize, pictures.length);
  const plan = createPlan(options, pictures);
  const batches = new PrefetchedBatches(await openLoader(plan, options.workers), batchShape(plan));
  return Object.assign(batches, { pictures: pictures.length, notes: [...prepared.notes, ...notes] });
}

function checkOptions(options: TrainingDataOptions): void {
  const { pairs, batchSize, seed, colors, luma = 'studio', valueRange, noise, workers = 0 } = options;
  const [first] = pairs;
  if (!first) throw new InputError('expected pictures to train with, found none');
  checkPatchOptions(options);
  checkBatchSize(batchSize, pairs.length);
  const other = pairs.find(({ lr }) => (lr === undefined) !== (first.lr === undefined));
  if (other) {
    const [without, having] = other.lr === undefined ? [other, first] : [first, other];
    throw new InputError(`${without.hr}: expected an LR picture, as ${having.hr} has one, found none`);
  }
  if (options.degradation === 'photo' && first.lr !== undefined)
    throw new InputError(`${first.lr}: expected no LR pictures, as photo makes its own of HR`);
  expectThat(colors === 1 || colors === 3, 'colors', '1 (Y) or 3 (RGB)', colors);
  expectThat(luma === 'studio' || luma === 'full', 'luma', 'studio or full', luma);
  expectThat(Number.isFinite(valueRange) && valueRange > 0, 'value range', 'a number above 0', valueRange);
  expectThat(Number.isSafeInteger(seed), 'seed', 'a whole number', seed);
  expectThat(
    Number.isSafeInteger(workers) && workers >= 0,
    'workers',
    'a whole number of 0 or more',
    workers,
  );
  if (noise) checkNoise(noise);
}

async function openStore({
  pairs,
  cache = 'on',
  cacheFolder,
}: TrainingDataOptions): Promise<{ store: RasterStore; notes: string[] }> {
  if (cache === 'off') return { store: memoryStore(), notes: [] };
  const { folder, note } = await openCacheFolder(pairs[0]!.hr, cacheFolder);
  return { store: await diskStore(folder, cache === 'rebuild'), notes: [note] };
}

function createPlan(options: TrainingDataOptions, pictures: BatchPlan['pictures']): BatchPlan {
  const { pairs, scale, patchSize, batchSize, seed, valueRange, luma = 'studio', noise } = options;
  const makesNoise = options.degradation === 'DN' && pairs[0]!.lr === undefined;
  return {
    pictures,
    scale,
    patchSize,
    batchSize,
    seed,
    augment: options.augment ?? true,
    border: options.border ?? DEGRADE_DEFAULTS.border,
    format: { colors: options.colors === 1 ? 1 : 3, luma, valueRange },
    noises: [
      ...(makesNoise ? [{ kind: 'gaussian', level: DN_SIGMA } as const] : []),
      ...(noise ? [noise] : []),
    ],
    enlargedInput: options.enlargedInput ?? false,
  };
}

function batchShape({ batchSize, patchSize, scale, format, enlargedInput }: BatchPlan) {
  const shape = (side: number) => [batchSize, format.colors, side, side];
  return { input: shape(enlargedInput ? patchSize : patchSize / scale), target: shape(patchSize) };
}

function openLoader(
  plan: BatchPlan,
  workers = Math.min(2, availableParallelism()),
): Loader | Promise<Loader> {
  return workers === 0 ? ownLoader(plan) : threadLoader(plan, workers);
}
