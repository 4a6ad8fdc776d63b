/** Validation during training: the weights so far on a set of pictures. */
import { comparePictures } from '../evaluate/compare.ts';
import { evaluatePicture } from '../evaluate/evaluate.ts';
import { greyToRgb } from '../image/colour.ts';
import { type Degradation, degrade } from '../image/degrade.ts';
import type { Image } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import type { StateDict } from '../tensor.ts';
import type { Validation } from '../train/loop.ts';
import type { ValidationOptions } from '../train/options.ts';
import type { RunDirectory } from '../train/run.ts';
import { createNetwork, type Network } from '../upscale/network.ts';
import { readPicture } from './picture.ts';
import { nodeRuntime } from './runtime.ts';
import type { TrainingPair } from './training-data/list-pairs.ts';

/** The PSNR that the original logs in training. */
const PROTOCOL = 'edsr-benchmark';

export interface ValidationSet {
  /** Of the set, for the log. */
  readonly name: string;
  readonly pairs: readonly TrainingPair[];
  /** How LR is made where there is none. */
  readonly degradation: Degradation;
  readonly options: ValidationOptions;
  /** Where SR, LR and HR are written each time. Left out: nowhere. */
  readonly results?: Pick<RunDirectory, 'saveResult'>;
  /** Threads of the CPU; default: one per core. */
  readonly threads?: number;
}

/** Evaluates weights of a network on a set, always the same way. */
export function createValidation(
  network: IdentifiedNetwork,
  set: ValidationSet,
): (weights: StateDict) => Promise<Validation> {
  let bicubic: number[] | undefined;
  return async (weights) => {
    const settings = { device: 'cpu', ...(set.threads && { threads: set.threads }) } as const;
    const runnable = await createNetwork({ ...network, state: weights }, nodeRuntime, settings);
    try {
      const scores: number[] = [];
      for (const pair of set.pairs) scores.push(await score(runnable, pair, set));
      bicubic ??= await Promise.all(set.pairs.map((pair) => bicubicScore(pair, set, network.options.scale)));
      return { set: set.name, psnr: mean(scores), bicubic: mean(bicubic) };
    } finally {
      await runnable.dispose();
    }
  };
}

async function score(network: Network, pair: TrainingPair, set: ValidationSet): Promise<number> {
  const { scale } = network;
  const { hr, lr } = await readPair(pair, set, scale);
  const { tile, ensemble } = set.options;
  const { sr, comparison } = await evaluatePicture(
    network,
    { hr, lr },
    { protocol: PROTOCOL, scale, upscale: { tile, ensemble } },
  );
  for (const [kind, image] of Object.entries({ SR: sr, LR: lr, HR: hr }))
    await set.results?.saveResult(kind as 'SR' | 'LR' | 'HR', pair.name, scale, image);
  return comparison?.psnr ?? Number.NaN;
}

async function bicubicScore(pair: TrainingPair, set: ValidationSet, scale: number): Promise<number> {
  const { hr, lr } = await readPair(pair, set, scale);
  return comparePictures(imresize(lr, scale), hr, { protocol: PROTOCOL, scale }).psnr;
}

async function readPair(
  { hr: path, lr }: TrainingPair,
  { degradation: model }: ValidationSet,
  scale: number,
): Promise<{ hr: Image; lr: Image }> {
  const hr = greyToRgb((await readPicture(path)).image);
  return { hr, lr: greyToRgb(lr ? (await readPicture(lr)).image : degrade(hr, { model, scale })) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
