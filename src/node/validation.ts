/** Validation during training: weights on a set of pictures, always in the same way. */
import type { TrainingDegradation } from '../data/photo.ts';
import { comparePictures } from '../evaluate/compare.ts';
import { evaluatePicture } from '../evaluate/evaluate.ts';
import { greyToRgb } from '../image/colour.ts';
import { degrade } from '../image/degrade.ts';
import type { Image } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import type { Validation } from '../train/loop.ts';
import type { ValidationOptions } from '../train/options.ts';
import type { RunDirectory } from '../train/run.ts';
import { createNetwork, type Network } from '../upscale/network.ts';
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
 * @throws {InputError} for a picture that cannot
 */
export async function openValidation(set: ValidationPictures, scale: number): Promise<ValidationSet> {
  const scores: number[] = [];
  for (const pair of set.pairs) {
    const { hr, lr } = await readPair(pair, set, scale);
    scores.push(comparePictures(imresize(lr, scale), hr, { protocol: PROTOCOL, scale }).psnr);
  }
  return { ...set, bicubic: mean(scores) };
}

/** @param results where SR, LR and HR are written; left out: nowhere */
export async function validateWeights(
  network: IdentifiedNetwork,
  set: ValidationSet,
  {
    results,
    threads,
  }: { results: Pick<RunDirectory, 'saveResult'> | undefined; threads: number | undefined },
): Promise<Validation> {
  const runnable = await createNetwork(network, nodeRuntime, { device: 'cpu', ...(threads && { threads }) });
  try {
    const scores: number[] = [];
    for (const pair of set.pairs) scores.push(await score(runnable, pair, set, results));
    return { set: set.name, psnr: mean(scores), bicubic: set.bicubic };
  } finally {
    await runnable.dispose();
  }
}

async function score(
  network: Network,
  pair: TrainingPair,
  set: ValidationSet,
  results: Pick<RunDirectory, 'saveResult'> | undefined,
): Promise<number> {
  const { scale } = network;
  const { hr, lr } = await readPair(pair, set, scale);
  const { tile, ensemble } = set.options;
  const options = { protocol: PROTOCOL, scale, upscale: { tile, ensemble } } as const;
  const { sr, comparison } = await evaluatePicture(network, { hr, lr }, options);
  await results?.saveResult('SR', pair.name, scale, sr);
  await results?.saveResult('LR', pair.name, scale, lr);
  await results?.saveResult('HR', pair.name, scale, hr);
  return comparison?.psnr ?? Number.NaN;
}

async function readPair(
  { hr: path, lr }: TrainingPair,
  { degradation }: ValidationPictures,
  scale: number,
): Promise<{ hr: Image; lr: Image }> {
  const hr = greyToRgb((await readPicture(path)).image);
  const model = degradation === 'photo' ? 'BI' : degradation;
  return { hr, lr: greyToRgb(lr ? (await readPicture(lr)).image : degrade(hr, { model, scale })) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
