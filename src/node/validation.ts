/** Validation during training: weights on a set of pictures, always in the same way. */
import type { TrainingDegradation } from '../data/photo.ts';
import { refuseAlpha } from '../data/prepare.ts';
import { checkLR } from '../data/training-set.ts';
import { naming } from '../errors.ts';
import { fitPair } from '../evaluate/fit.ts';
import { greyToRgb } from '../image/colour.ts';
import { degrade } from '../image/degrade.ts';
import type { Image } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { psnr } from '../metrics/psnr.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import type { Validation } from '../train/loop.ts';
import type { ValidationOptions } from '../train/options.ts';
import type { RunDirectory } from '../train/run.ts';
import { createNetwork } from '../upscale/network.ts';
import { readPicture } from './picture.ts';
import { nodeRuntime } from './runtime.ts';
import type { TrainingPair } from './training-data/list-pairs.ts';

/** The PSNR that the original logs in training. */
const PROTOCOL = 'edsr-benchmark';

export interface ValidationPictures {
  /** Of the set, for the log. */
  readonly name: string;
  readonly pairs: readonly TrainingPair[];
  /** How LR is made where there is none; `photo` is for training, and validated with BI. */
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
  for (const pair of set.pairs) {
    signal?.throwIfAborted();
    const { hr, lr } = await readPair(pair, set, scale);
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
    for (const pair of set.pairs) {
      const { hr, lr } = await readPair(pair, set, scale);
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
  { hr: path, lr: lrPath }: TrainingPair,
  { degradation }: ValidationPictures,
  scale: number,
): Promise<{ hr: Image; lr: Image }> {
  const hr = await readOpaque(path);
  if (!lrPath) {
    const model = degradation === 'photo' ? 'BI' : degradation;
    return { hr, lr: naming(path, () => degrade(hr, { model, scale })) };
  }
  const lr = await readOpaque(lrPath);
  checkLR({ ...lr, name: lrPath }, { ...hr, name: path }, scale);
  return { hr, lr };
}

async function readOpaque(path: string): Promise<Image> {
  const { image } = await readPicture(path);
  return naming(path, () => greyToRgb(refuseAlpha(image)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
