/** Noise on LR patches while training, by the original's names. */
import { InputError } from '../errors.ts';
import { type Image, toInteger } from '../image/image.ts';
import { type Random, seededRandom } from '../random.ts';
import { poisson } from './poisson.ts';

export interface Noise {
  readonly kind: 'gaussian' | 'shot';
  /** Gaussian: the standard deviation, in steps of 8 bits. Shot: the number of photons per step, at least 1. */
  readonly strength: number;
}

/**
 * Reads `G<int>` (Gaussian) or `S<int>` (shot noise); `.` is none.
 *
 * @throws {InputError} for anything else
 */
export function parseNoise(text: string): Noise | undefined {
  if (text === '.') return undefined;
  const [, letter, digits] = /^([GS])(\d+)$/.exec(text) ?? [];
  const strength = Number(digits);
  if (letter === undefined || (letter === 'S' && strength === 0)) {
    throw new InputError(
      `noise: expected G and a standard deviation (G25), S and photons per grey level, 1 or more (S10), ` +
        `or . for none, found ${text}`,
    );
  }
  return { kind: letter === 'G' ? 'gaussian' : 'shot', strength };
}

/**
 * Adds noise, rounded and saturated to 8 bits. Shot noise is the original's: x + Poisson(x · v) / v, less the mean of
 * the second term in each channel of the picture.
 */
export function addNoise(image: Image<Uint8Array>, noise: Noise, seed: number): Image<Uint8Array> {
  const random = seededRandom(seed);
  const added =
    noise.kind === 'gaussian'
      ? () => noise.strength * random.normal()
      : shotNoise(image, noise.strength, random);
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
