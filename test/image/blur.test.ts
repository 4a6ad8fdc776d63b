import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../../src/image/blur.ts';
import { noise, picture } from './helpers.ts';

describe('gaussianBlur', () => {
  it('spreads a point as the Gaussian says', () => {
    const point = picture(15, 15, 1, new Float64Array(225));
    point.data[7 * 15 + 7] = 1;
    const { data } = gaussianBlur(point, 1.2, 'symmetric');
    const at = (x: number, y: number) => data[(7 + y) * 15 + 7 + x]!;
    for (const [x, y] of [
      [1, 0],
      [0, 2],
      [2, 1],
      [-3, 3],
    ] as const)
      expect(at(x, y) / at(0, 0)).toBeCloseTo(Math.exp(-(x * x + y * y) / (2 * 1.2 ** 2)), 12);
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    expect(at(5, 0)).toBe(0); // beyond three deviations
  });

  it('leaves a plain picture as it is, at its edges too, and a small deviation changes next to nothing', () => {
    for (const border of ['symmetric', 'replicate'] as const)
      expect(new Set(gaussianBlur(picture(5, 4, 3, new Uint8Array(60).fill(77)), 2.4, border).data)).toEqual(
        new Set([77]),
      );
    const image = picture(6, 5, 3, noise(new Uint8Array(90)));
    expect(gaussianBlur(image, 0.05, 'symmetric')).toEqual(image);
  });
});
