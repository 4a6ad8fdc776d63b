import { expectThat } from '../errors.ts';
import type { Random } from '../random.ts';

/** Below this mean, multiplying uniform numbers is as fast. */
const LEAST_MEAN_OF_REJECTION = 10;

/**
 * A number of a Poisson distribution.
 *
 * @throws {InputError} for a mean that is not finite, with which rejection would never end
 */
export function poisson(mean: number, random: Random): number {
  expectThat(Number.isFinite(mean), 'mean of a Poisson distribution', 'a finite number', mean);
  return mean < LEAST_MEAN_OF_REJECTION ? byProducts(mean, random) : byRejection(mean, random);
}

/** Knuth, "The Art of Computer Programming" 2, 3.4.1. */
function byProducts(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

/**
 * PTRS: Hörmann, "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and
 * Economics 12, 1993.
 */
function byRejection(mean: number, random: Random): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accepted = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= accepted) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const hat = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (hat <= k * Math.log(mean) - mean - logFactorial(k)) return k;
  }
}

/** Stirling's series; its error is below 10⁻⁸ from 10 on, and smaller numbers are multiplied out. */
function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let i = 2; i <= k; i++) product *= i;
    return Math.log(product);
  }
  const n = k + 1;
  return (n - 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
