import { InputError } from '../errors.ts';
import { seededRandom } from '../random.ts';
import { type Border, makeAxis, type TapTable } from './axis.ts';
import { gaussianTaps } from './blur.ts';
import { modcrop } from './crop.ts';
import {
  checkScale,
  hasAlpha,
  type Image,
  type Samples,
  sampleMax,
  samplesLike,
  toInteger,
} from './image.ts';
import { IMRESIZE_DEFAULTS, imresize } from './imresize.ts';
import { resample } from './resample.ts';

/** Bicubic; blur and downsample; bicubic and noise. */
export type Degradation = 'BI' | 'BD' | 'DN';

export interface DegradeOptions {
  readonly degradation: Degradation;
  /** A whole number of 1 or more. */
  readonly scale: number;
  /** Start of the noise of DN; the same seed gives the same picture. */
  readonly seed?: number;
  /** Border of the bicubic step of BI and DN, see `IMRESIZE_DEFAULTS`; BD always replicates. */
  readonly border?: Border;
}

export const DEGRADE_DEFAULTS = {
  seed: 0,
  border: IMRESIZE_DEFAULTS.border,
} as const satisfies Partial<DegradeOptions>;

/** Standard deviation of BD's Gaussian, in HR pixels (`Prepare_TestData_HR_LR.m` of RCAN). */
export const BD_SIGMA = 1.6;

/** Standard deviation of DN's noise, in steps of 8 bits (`Prepare_TestData_HR_LR.m` of RCAN). */
export const DN_SIGMA = 30;

/**
 * Makes the LR picture of an HR picture as RCAN's `Prepare_TestData_HR_LR.m` does, after `modcrop`. A grey
 * picture stays grey; the script repeats it in three channels, see `greyToRgb`.
 *
 * @throws {InputError} for a picture with alpha or smaller than the scale, or a wrong option.
 */
export function degrade<S extends Samples>(hr: Image<S>, options: DegradeOptions): Image<S> {
  const { degradation, scale, seed, border } = { ...DEGRADE_DEFAULTS, ...options };
  checkScale(scale);
  if (hasAlpha(hr))
    throw new InputError('degrade: expected a picture without alpha; remove its alpha channel');
  switch (degradation) {
    case 'BI':
      return degradeBI(hr, scale, border);
    case 'BD':
      return degradeBD(hr, scale);
    case 'DN':
      return degradeDN(hr, scale, seed, border);
    default:
      throw new InputError(`degradation: expected BI, BD or DN, found ${degradation}`);
  }
}

/** `imresize(hr, 1 / scale)` of the modcropped picture. */
export function degradeBI<S extends Samples>(hr: Image<S>, scale: number, border?: Border): Image<S> {
  return imresize(modcrop(hr, scale), 1 / scale, border ? { border } : {});
}

/**
 * Gaussian blur of `BD_SIGMA` with a replicated border, of which one sample per scale × scale block is kept:
 * the centre one, for even scales the one before the centre under a kernel of even side.
 */
export function degradeBD<S extends Samples>(hr: Image<S>, scale: number): Image<S> {
  const image = modcrop(hr, scale);
  const axis = (size: number) => makeAxis(size, bdTaps(size / scale, scale), 'replicate');
  // Blurred whole and rounded once, as a filter with the 7 × 7 kernel would, so not between the passes.
  return resample(image, {
    height: axis(image.height),
    width: axis(image.width),
    first: 'height',
    roundBetweenPasses: false,
  });
}

function bdTaps(outputSize: number, scale: number): TapTable {
  const taps = bdKernelSize(scale);
  const start = Math.ceil(scale / 2) - 1 - Math.floor((taps - 1) / 2);
  return gaussianTaps(outputSize, { step: scale, start, taps, sigma: BD_SIGMA });
}

/** 7 at scale 3 as in the papers, else wide enough for three standard deviations to both sides. */
function bdKernelSize(scale: number): number {
  if (scale === 3) return 7;
  return 2 * Math.ceil(3 * BD_SIGMA) + (scale % 2 === 0 ? 2 : 1);
}

/** BI and then normal noise of `DN_SIGMA`; integers are rounded and saturated, floating point is not clamped. */
export function degradeDN<S extends Samples>(
  hr: Image<S>,
  scale: number,
  seed: number = DEGRADE_DEFAULTS.seed,
  border?: Border,
): Image<S> {
  if (!Number.isSafeInteger(seed)) throw new InputError(`seed: expected a whole number, found ${seed}`);
  const image = degradeBI(hr, scale, border);
  const random = seededRandom(seed);
  const max = sampleMax(image.data);
  const data = samplesLike(image.data, image.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = image.data[i]! + (DN_SIGMA / 255) * max * random.normal();
    data[i] = max === 1 ? value : toInteger(value, max);
  }
  return { ...image, data };
}
