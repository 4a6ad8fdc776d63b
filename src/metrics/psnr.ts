import type { Image } from '../image/image.ts';
import { comparedPlanes } from './planes.ts';
import type { MetricOptions } from './protocols.ts';

/**
 * Peak signal-to-noise ratio of two pictures in decibels: 10 · log₁₀(255² / mean squared difference) over what
 * the protocol compares, for example `psnr(sr, hr, { protocol: 'rcan-matlab', scale: 2 })`. The order of the
 * two pictures does not matter.
 *
 * The bicubic row of the papers (Set5 ×2 33.66/.9299, ×3 30.39/.8682, ×4 28.42/.8104) was not made from RGB,
 * which gives 33.67/.9303: as in SRCNN's script, Y was rounded to 8 bits first (`rgbToYcbcr`), then reduced
 * and enlarged with `imresize` in floating point without rounding in between, and rounded once at the end.
 *
 * @returns Infinity for pictures without any difference.
 * @throws {InputError} for different sizes, alpha, an unknown protocol, a missing scale, or nothing left after shaving.
 */
export function psnr(a: Image, b: Image, options: MetricOptions = {}): number {
  const [first, second] = comparedPlanes(a, b, options);
  let sum = 0;
  first.planes.forEach((plane, c) => {
    sum += squaredDifference(plane, second.planes[c]!);
  });
  const count = first.planes.length * first.width * first.height;
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / (sum / count));
}

function squaredDifference(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
