/** Noise on LR patches while training. */
import { expectThat } from '../errors.ts';
import { type Image, toInteger } from '../image/image.ts';
import type { Random } from '../random.ts';
import { poisson } from './poisson.ts';

export interface PatchNoise {
  readonly kind: 'gaussian' | 'shot';
  /** Gaussian: the standard deviation, in steps of 8 bits. Shot: the number of photons per step, above 0. */
  readonly level: number;
}

/** @throws {InputError} for noise that there is not */
export function checkNoise({ kind, level }: PatchNoise): void {
  expectThat(kind === 'gaussian' || kind === 'shot', 'noise', 'gaussian or shot', kind);
  const [holds, expected] =
    kind === 'gaussian' ? [level >= 0, 'a number of 0 or more'] : [level > 0, 'a number above 0'];
  expectThat(Number.isFinite(level) && holds, `level of ${kind} noise`, expected, level);
}

/**
 * Adds noise, rounded and saturated to 8 bits. Shot noise is the original's: x + Poisson(x · v) / v, less the mean of
 * the second term in each channel of the picture.
 */
export function addNoise(image: Image<Uint8Array>, noise: PatchNoise, random: Random): Image<Uint8Array> {
  const added =
    noise.kind === 'gaussian' ? () => noise.level * random.normal() : shotNoise(image, noise.level, random);
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = toInteger(image.data[i]! + added(i), 255);
  return { ...image, data };
}

/** In whole steps, rounded towards zero as the original does. */
function shotNoise({ data, channels }: Image<Uint8Array>, photons: number, random: Random) {
  const values = new Float64Array(data.length);
  const means = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) {
    values[i] = poisson(data[i]! * photons, random) / photons;
    means[i % channels]! += (values[i]! * channels) / values.length;
  }
  return (i: number) => Math.trunc(values[i]! - means[i % channels]!);
}
