/** Validation during training: weights on a set of pictures, always in the same way. */
import type { TrainingDegradation } from '../data/photo.ts';
import { refuseAlpha } from '../data/prepare.ts';
import { checkLRSize, lrSize } from '../data/training-set.ts';
import { naming } from '../errors.ts';
import { fitPair } from '../evaluate/fit.ts';
import { greyToRgb } from '../image/colour.ts';
import { DEGRADE_DEFAULTS, degrade } from '../image/degrade.ts';
import type { Image } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { psnr } from '../metrics/psnr.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { seededRandom } from '../random.ts';
import type { Validation } from '../train/loop.ts';
import type { ValidationOptions } from '../train/options.ts';
import type { RunDirectory } from '../train/run.ts';
import { createNetwork } from '../upscale/network.ts';
import { readPicture } from './picture.ts';
import { nodeRuntime } from './runtime.ts';
import type { TrainingPair } from './training-data/list-pairs.ts';
import { photoPatch } from './training-data/photo-patch.ts';
import { rasterInMemory } from './training-data/raster.ts';
import { toEightBits } from './write-picture.ts';

/** The PSNR that the original logs in training. */
const PROTOCOL = 'edsr-benchmark';

export interface ValidationPictures {
  /** Of the set, for the log. */
  readonly name: string;
  readonly pairs: readonly TrainingPair[];
  /** How LR is made where there is none. Noise, and all that `photo` draws, are the same every time. */
  readonly degradation: TrainingDegradation;
  readonly options: ValidationOptions;
}

export interface ValidationSet extends ValidationPictures {
  /** Mean PSNR of bicubic interpolation, in dB. */
  readonly bicubic: number;
}

/**
 * Enlarges every picture by bicubic interpolation: a reference, and the proof that each can be read and compared.
 *
 * @throws {InputError} for a picture that cannot, naming it; the signal's reason when aborted
 */
export async function openValidation(
  set: ValidationPictures,
  scale: number,
  signal?: AbortSignal,
): Promise<ValidationSet> {
  const scores: number[] = [];
  for (const [index, pair] of set.pairs.entries()) {
    signal?.throwIfAborted();
    const { hr, lr } = await readPair(set, index, scale);
    scores.push(naming(pair.hr, () => score(imresize(lr, scale), hr, scale)));
  }
  return { ...set, bicubic: mean(scores) };
}

export interface ValidateOptions {
  /** Where SR, LR and HR are written; left out: nowhere. */
  readonly results?: Pick<RunDirectory, 'saveResult'> | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws the signal's reason when aborted */
export async function validateWeights(
  network: IdentifiedNetwork,
  set: ValidationSet,
  { results, threads, signal }: ValidateOptions,
): Promise<Validation> {
  const { scale } = network.options;
  const runnable = await createNetwork(network, nodeRuntime, { device: 'cpu', ...(threads && { threads }) });
  try {
    const scores: number[] = [];
    for (const [index, pair] of set.pairs.entries()) {
      const { hr, lr } = await readPair(set, index, scale);
      const { tile, ensemble } = set.options;
      const sr = await runnable.upscale(lr, { tile, ensemble, ...(signal && { signal }) });
      scores.push(score(sr, hr, scale));
      await results?.saveResult('SR', pair.name, scale, sr);
      await results?.saveResult('LR', pair.name, scale, lr);
      await results?.saveResult('HR', pair.name, scale, hr);
    }
    return { set: set.name, psnr: mean(scores), bicubic: set.bicubic };
  } finally {
    await runnable.dispose();
  }
}

function score(enlarged: Image, original: Image, scale: number): number {
  const { sr, hr } = fitPair(enlarged, original, scale);
  return psnr(sr, hr, { protocol: PROTOCOL, scale });
}

async function readPair(
  { pairs, degradation }: ValidationPictures,
  index: number,
  scale: number,
): Promise<{ hr: Image; lr: Image }> {
  const { hr: path, lr: lrPath } = pairs[index]!;
  const hr = await readOpaque(path);
  if (!lrPath) {
    if (degradation === 'photo') return { hr, lr: await photographed(hr, scale, index) };
    return { hr, lr: naming(path, () => degrade(hr, { degradation, scale })) };
  }
  const lr = await readOpaque(lrPath);
  checkLRSize({ ...lr, name: lrPath }, { ...hr, name: path }, scale);
  return { hr, lr };
}

/** All of LR by one recipe of `photo`, as training draws them for patches. */
function photographed(hr: Image, scale: number, seed: number): Promise<Image> {
  const raster = rasterInMemory(toEightBits(hr));
  const whole = { left: 0, top: 0, ...lrSize(hr, scale) };
  const { border } = DEGRADE_DEFAULTS;
  return photoPatch(raster, whole, { scale, border }, seededRandom(seed));
}

async function readOpaque(path: string): Promise<Image> {
  const { image } = await readPicture(path);
  return naming(path, () => greyToRgb(refuseAlpha(image)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
