import { type Border, makeAxis, normaliseTaps, type TapTable } from './axis.ts';
import { checkImage, type Image, type Samples } from './image.ts';
import { resample } from './resample.ts';

export interface GaussianTaps {
  /** Input samples from one output sample to the next. */
  readonly step: number;
  /** The first tap of the first output sample, maybe outside. */
  readonly start: number;
  /** The Gaussian is centred on their middle, which lies between two samples where they are even. */
  readonly taps: number;
  readonly sigma: number;
}

/** Taps of a Gaussian of standard deviation `sigma`, in input samples; the weights of each output add up to 1. */
export function gaussianTaps(outputSize: number, { step, start, taps, sigma }: GaussianTaps): TapTable {
  const left = Int32Array.from({ length: outputSize }, (_, i) => i * step + start);
  const middle = (taps - 1) / 2;
  const weights = Float64Array.from({ length: outputSize * taps }, (_, k) =>
    Math.exp(-(((k % taps) - middle) ** 2) / (2 * sigma ** 2)),
  );
  normaliseTaps(weights, taps);
  return { left, taps, weights };
}

/** How far a blur reaches to every side, in pixels: three standard deviations. */
export function blurReach(sigma: number): number {
  return Math.ceil(3 * sigma);
}

/**
 * Blurs with a Gaussian, cut off at `blurReach`. Integers are rounded once, floating point is not.
 *
 * @param sigma standard deviation in pixels, above 0
 */
export function gaussianBlur<S extends Samples>(image: Image<S>, sigma: number, border: Border): Image<S> {
  checkImage(image);
  const reach = blurReach(sigma);
  const axis = (size: number) =>
    makeAxis(size, gaussianTaps(size, { step: 1, start: -reach, taps: 2 * reach + 1, sigma }), border);
  return resample(image, {
    height: axis(image.height),
    width: axis(image.width),
    first: 'height',
    roundBetweenPasses: false,
  });
}
