import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { autoRegion } from '../../src/evaluate/figure-region.ts';
import { isInside, type Rectangle } from '../../src/image/crop.ts';
import type { Image } from '../../src/image/image.ts';
import { noise } from '../image/helpers.ts';

function grey(width: number, height: number): Image<Uint8Array> {
  return { width, height, channels: 1, data: new Uint8Array(width * height).fill(100) };
}

/** A copy that is brighter inside a rectangle. */
function brightened(image: Image<Uint8Array>, by: number, { left, top, width, height }: Rectangle) {
  const data = image.data.slice();
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      for (let c = 0; c < image.channels; c++) data[(y * image.width + x) * image.channels + c]! += by;
    }
  }
  return { ...image, data };
}

/** The same choice, one sum at a time. */
function slowRegion(pictures: readonly Image<Uint8Array>[], side: number, step: number) {
  const [{ width, height }] = pictures as [Image, ...Image[]];
  let best = { left: 0, top: 0, sum: -1 };
  for (let top = 0; top + side <= height; top += step) {
    for (let left = 0; left + side <= width; left += step) {
      let sum = 0;
      for (let i = 0; i < side * side; i++) {
        const at = (top + Math.floor(i / side)) * width + left + (i % side);
        const values = pictures.map(({ data }) => data[at]!);
        const mean = values.reduce((a, b) => a + b) / values.length;
        for (const value of values) sum += Math.abs(value - mean);
      }
      if (sum > best.sum + 1e-6) best = { left, top, sum };
    }
  }
  return { left: best.left, top: best.top, width: side, height: side };
}

describe('autoRegion', () => {
  const hr = grey(120, 90);
  const spot = { left: 56, top: 32, width: 40, height: 40 };

  it('finds where two candidates differ', () => {
    expect(autoRegion(hr, [hr, brightened(hr, 50, spot)], 4)).toEqual(spot);
  });

  it('compares the candidates with each other, not with HR', () => {
    const wrongAlike = brightened(hr, 100, { left: 0, top: 0, width: 40, height: 40 });
    expect(autoRegion(hr, [wrongAlike, brightened(wrongAlike, 20, spot)], 4)).toEqual(spot);
  });

  it('compares a lone candidate with HR', () => {
    expect(autoRegion(hr, [brightened(hr, 30, spot)], 4)).toEqual(spot);
  });

  it('agrees with plain sums on noise', () => {
    const pictures = [1, 2, 3].map((part) => {
      const data = noise(new Uint8Array(3 * 60 * 50)).subarray((part - 1) * 3000, part * 3000);
      return { width: 60, height: 50, channels: 1 as const, data };
    });
    expect(autoRegion(pictures[0]!, pictures, 2)).toEqual(slowRegion(pictures, 40, 2));
  });

  it('takes colour and 16 bits as they are seen', () => {
    const colour: Image<Uint16Array> = {
      width: 120,
      height: 90,
      channels: 3,
      data: new Uint16Array(3 * 120 * 90).fill(20000),
    };
    const data = colour.data.slice();
    for (let y = spot.top; y < spot.top + 40; y++) {
      for (let x = spot.left; x < spot.left + 40; x++) data[3 * (y * 120 + x) + 1] = 40000;
    }
    expect(autoRegion(colour, [colour, { ...colour, data }], 4)).toEqual(spot);
  });

  it.each([
    [600, 480, 4, 80],
    [600, 480, 3, 81],
    [100, 100, 3, 42],
    [30, 50, 4, 28],
    [3, 90, 4, 4],
  ])('in %i×%i at ×%i has a side of %i', (width, height, scale, side) => {
    const picture = grey(Math.max(width, scale), height);
    const region = autoRegion(picture, [picture], scale);
    expect(region).toEqual({ left: 0, top: 0, width: side, height: side });
    expect(isInside(region, picture)).toBe(true);
  });

  it('lies on the grid of the LR picture, also in the last corner', () => {
    const corner = { left: 81, top: 51, width: 39, height: 39 };
    const region = autoRegion(hr, [hr, brightened(hr, 50, corner)], 3);
    expect(region).toEqual({ left: 78, top: 48, width: 42, height: 42 });
  });

  it('refuses nothing to compare and other sizes', () => {
    expect(() => autoRegion(hr, [], 4)).toThrow(InputError);
    expect(() => autoRegion(hr, [grey(120, 91)], 4)).toThrow(/120×90.*120×91/);
  });
});
