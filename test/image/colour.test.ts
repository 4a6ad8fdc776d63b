import { describe, expect, it } from 'vitest';
import {
  greyToRgb,
  lumaBasicsr,
  lumaEdsr,
  lumaMatlab,
  rgbToYcbcr,
  ycbcrToRgb,
} from '../../src/image/colour.ts';
import { noise, picture, rgb8 } from './helpers.ts';

describe('YCbCr', () => {
  it('gives the well-known values of BT.601 with studio range', () => {
    const colours = rgb8(5, 1, [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const expected = [16, 128, 128, 235, 128, 128, 81, 90, 240, 145, 54, 34, 41, 240, 110];
    expect([...rgbToYcbcr(colours).data]).toEqual(expected);
  });

  it('comes back', () => {
    const floats = picture(16, 16, 3, noise(new Float64Array(768), 1));
    const back = ycbcrToRgb(rgbToYcbcr(floats));
    floats.data.forEach((value, i) => {
      expect(Math.abs(value - back.data[i]!)).toBeLessThan(1e-5);
    });
    const bytes = picture(16, 16, 3, noise(new Uint8Array(768)));
    const bytesBack = ycbcrToRgb(rgbToYcbcr(bytes));
    bytes.data.forEach((value, i) => {
      expect(Math.abs(value - bytesBack.data[i]!)).toBeLessThanOrEqual(2);
    });
  });

  it('treats 16 bits like 8 bits', () => {
    const white = rgbToYcbcr(picture(1, 1, 3, Uint16Array.of(65535, 65535, 65535)));
    expect([...white.data]).toEqual([235 * 257, 128 * 257, 128 * 257]);
  });

  it('refuses other channels', () => {
    expect(() => rgbToYcbcr(picture(1, 1, 4, new Uint8Array(4)))).toThrow(
      'expected 3 channels without alpha',
    );
    expect(() => ycbcrToRgb(picture(1, 1, 1, new Uint8Array(1)))).toThrow('found 1');
  });
});

describe('luma of the protocols', () => {
  it('differs only as the constants do', () => {
    expect(lumaMatlab(255, 255, 255)).toBeCloseTo(235, 4);
    expect(lumaBasicsr(255, 255, 255)).toBeCloseTo(235, 4);
    expect(lumaEdsr(255, 255, 255)).toBeCloseTo(16 + (219.859 * 255) / 256, 10);
    expect(lumaMatlab(0, 0, 0)).toBe(16);
    expect(lumaMatlab(12, 200, 77)).toBe(Math.fround(lumaMatlab(12, 200, 77)));
  });
});

it('greyToRgb repeats grey', () => {
  const grey = picture(2, 1, 1, Uint8Array.of(3, 9));
  expect(greyToRgb(grey)).toEqual(picture(2, 1, 3, Uint8Array.of(3, 3, 3, 9, 9, 9)));
  const colour = rgb8(1, 1, [1, 2, 3]);
  expect(greyToRgb(colour)).toBe(colour);
});
