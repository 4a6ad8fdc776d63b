import { InputError } from '../errors.ts';
import type { Border } from '../image/axis.ts';
import { greyToRgb } from '../image/colour.ts';
import { degrade } from '../image/degrade.ts';
import type { Image } from '../image/image.ts';
import type { Network } from '../upscale/network.ts';
import type { UpscaleOptions } from '../upscale/upscale.ts';
import { type CompareOptions, type Comparison, comparePictures } from './compare.ts';

/** At least one of the two. */
export interface BenchmarkPicture<I extends Image = Image> {
  readonly hr?: I;
  /** Left out: made from HR by BI. */
  readonly lr?: I;
}

export interface EvaluateOptions extends CompareOptions {
  /** Border of the BI that makes a missing LR. */
  readonly border?: Border;
  readonly upscale?: UpscaleOptions;
}

export interface Evaluation<I extends Image = Image> {
  /** In the sample format of LR, rounded: the picture that is compared is the one that would be saved. */
  readonly sr: I;
  /** Of the network alone. */
  readonly seconds: number;
  /** Undefined without HR. */
  readonly comparison: Comparison | undefined;
}

/**
 * Runs a network on one picture of a benchmark and compares the result with HR. Grey becomes RGB first, as in the
 * preparation of the original test data.
 *
 * @throws {InputError} for alpha, sizes that do not fit, or neither HR nor LR; the signal's reason when aborted
 */
export async function evaluatePicture<I extends Image>(
  network: Pick<Network, 'upscale'>,
  { hr, lr }: BenchmarkPicture<I>,
  options: EvaluateOptions,
): Promise<Evaluation<I>> {
  const source = lr ?? (hr && makeLR(hr, options));
  if (!source) throw new InputError('evaluatePicture: expected an HR or an LR picture, found neither');
  const start = performance.now();
  const sr = await network.upscale(greyToRgb(source) as I, options.upscale);
  const seconds = (performance.now() - start) / 1000;
  return { sr, seconds, comparison: hr && comparePictures(sr, hr, options) };
}

function makeLR<I extends Image>(hr: I, { scale, border }: EvaluateOptions): I {
  return degrade(hr, { degradation: 'BI', scale, ...(border && { border }) }) as Image as I;
}
