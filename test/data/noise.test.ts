import { describe, expect, it } from 'vitest';
import { addNoise, type PatchNoise } from '../../src/data/noise.ts';
import { poisson } from '../../src/data/poisson.ts';
import { seededRandom } from '../../src/random.ts';
import { picture } from '../image/helpers.ts';

function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return { mean, variance: list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length };
}

/** 100 × 100 of RGB, the same colour everywhere. */
function plain(...colour: [number, number, number]) {
  return picture(
    100,
    100,
    3,
    Uint8Array.from({ length: 30_000 }, (_, i) => colour[i % 3]!),
  );
}

it('has no Poisson numbers of a mean that is not finite', () => {
  for (const mean of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => poisson(mean, seededRandom(1))).toThrow(/expected a finite number, found /);
});

describe('noise', () => {
  const gaussian: PatchNoise = { kind: 'gaussian', level: 10 };

  it('of a normal distribution has its deviation and no bias', () => {
    const { mean, variance } = moments(addNoise(plain(128, 128, 128), gaussian, seededRandom(1)).data);
    expect(mean).toBeCloseTo(128, 0);
    expect(variance).toBeGreaterThan(97);
    expect(variance).toBeLessThan(103); // 100, and 1/12 of rounding
  });

  it('is cut off at black and white', () => {
    const { data } = addNoise(plain(0, 255, 128), gaussian, seededRandom(1));
    expect(Math.min(...data)).toBe(0);
    expect(Math.max(...data)).toBe(255);
  });

  it('follows from the seed', () => {
    const image = picture(5, 4, 3, new Uint8Array(60).fill(90));
    expect(addNoise(image, gaussian, seededRandom(3))).toEqual(addNoise(image, gaussian, seededRandom(3)));
    expect(addNoise(image, gaussian, seededRandom(3))).not.toEqual(
      addNoise(image, gaussian, seededRandom(4)),
    );
    expect(new Set(image.data)).toEqual(new Set([90]));
  });

  it.each([1, 4])('of photons grows with the brightness (%i per step)', (level) => {
    const { data } = addNoise(plain(20, 200, 0), { kind: 'shot', level }, seededRandom(1));
    const channel = (c: number) => moments(data.filter((_, i) => i % 3 === c));
    for (const [c, value] of [20, 200].entries()) {
      const { mean, variance } = channel(c);
      expect(Math.abs(mean - value)).toBeLessThan(0.6);
      expect(Math.abs(variance - value / level)).toBeLessThan(Math.sqrt(value / level) + 1); // cut to whole steps
    }
    expect(channel(2)).toEqual({ mean: 0, variance: 0 });
  });
});

describe('poisson', () => {
  it.each([0.5, 3, 9.9, 10, 30, 400, 2550])('has mean and variance %d', (mean) => {
    const random = seededRandom(5);
    const found = moments(Array.from({ length: 40_000 }, () => poisson(mean, random)));
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(mean / 40_000));
    expect(Math.abs(found.variance / mean - 1)).toBeLessThan(0.05);
  });

  it.each([4, 12])('gives each number as often as the distribution says (mean %i)', (mean) => {
    const random = seededRandom(6);
    const found = new Map<number, number>();
    for (let i = 0; i < 50_000; i++) {
      const k = poisson(mean, random);
      found.set(k, (found.get(k) ?? 0) + 1);
    }
    let probability = Math.exp(-mean);
    for (let k = 0; k < 25; probability *= mean / ++k) {
      const expected = 50_000 * probability;
      expect(Math.abs((found.get(k) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
  });
});
