import { describe, expect, it } from 'vitest';
import { crop, modcrop, shave } from '../../src/image/crop.ts';
import { BD_SIGMA, DN_SIGMA, degrade } from '../../src/image/degrade.ts';
import { imresize } from '../../src/image/imresize.ts';
import { pillowBicubic } from '../../src/image/pillow.ts';
import { seededRandom } from '../../src/random.ts';
import { kodak24, noise, picture, rgb8 } from './helpers.ts';

const HR = rgb8(24, 24, kodak24.hr);

describe('crop', () => {
  const image = picture(
    5,
    4,
    1,
    Uint8Array.from({ length: 20 }, (_, i) => i),
  );

  it('cuts rectangles', () => {
    expect([...crop(image, { left: 1, top: 2, width: 2, height: 2 }).data]).toEqual([11, 12, 16, 17]);
    expect(() => crop(image, { left: 4, top: 0, width: 2, height: 1 })).toThrow('2×1 at (4, 0)');
    expect(() => crop(image, { left: 0.5, top: 0, width: 2, height: 1 })).toThrow('no part of the 5×4');
  });

  it('modcrops to multiples of the scale', () => {
    const result = modcrop(image, 3);
    expect([result.width, result.height, ...result.data]).toEqual([3, 3, 0, 1, 2, 5, 6, 7, 10, 11, 12]);
    expect(modcrop(image, 1)).toEqual(image);
    expect(() => modcrop(image, 5)).toThrow('at least 5×5 pixels for scale 5, found 5×4');
    expect(() => modcrop(image, 1.5)).toThrow('found 1.5');
  });

  it('shaves every side', () => {
    expect([...shave(image, 1).data]).toEqual([6, 7, 8, 11, 12, 13]);
    expect(() => shave(image, 2)).toThrow('larger than 4×4');
    expect(() => shave(image, -1)).toThrow('found 5×4');
  });
});

describe('degrade', () => {
  it('BI is imresize of the modcropped picture', () => {
    const odd = picture(23, 22, 3, noise(new Uint8Array(23 * 22 * 3)));
    const expected = imresize(modcrop(odd, 4), 1 / 4);
    expect(degrade(odd, { degradation: 'BI', scale: 4 })).toEqual(expected);
    const replicate = degrade(HR, { degradation: 'BI', scale: 3, border: 'replicate' });
    expect([...replicate.data]).toEqual(kodak24.bi.replicate['3']);
  });

  it('BD keeps the centre of each block of the blurred picture', () => {
    // A single white pixel shows the kernel: 7 taps wide, normalised, centred on rows and columns 3i + 1.
    const data = new Float64Array(21 * 21);
    data[10 * 21 + 10] = 1;
    const lr = degrade(picture(21, 21, 1, data), { degradation: 'BD', scale: 3 });
    const g = (d: number) => Math.exp(-(d * d) / (2 * BD_SIGMA ** 2));
    const sum = g(0) + 2 * (g(1) + g(2) + g(3));
    expect(lr.data[3 * 7 + 3]).toBeCloseTo((g(0) / sum) ** 2, 14);
    expect(lr.data[3 * 7 + 4]).toBeCloseTo((g(0) * g(3)) / sum ** 2, 14);
    expect(lr.data[3 * 7 + 5]).toBe(0);
  });

  it.each([2, 3, 4, 5])('BD at scale %d keeps flat pictures and the size', (scale) => {
    const lr = degrade(picture(21, 23, 3, new Uint8Array(21 * 23 * 3).fill(77)), {
      degradation: 'BD',
      scale,
    });
    expect([lr.width, lr.height]).toEqual([Math.floor(21 / scale), Math.floor(23 / scale)]);
    expect(new Set(lr.data)).toEqual(new Set([77]));
  });

  it('BD at even scales is centred on the block', () => {
    const ramp = Float64Array.from({ length: 64 }, (_, i) => i);
    const lr = degrade(picture(64, 2, 1, Float64Array.of(...ramp, ...ramp)), { degradation: 'BD', scale: 2 });
    expect(lr.data[16]).toBeCloseTo(32.5, 10);
  });

  it('DN adds noise of the right size that the seed decides', () => {
    const flat = picture(600, 600, 1, new Uint16Array(360000).fill(32768));
    const make = (seed: number) => degrade(flat, { degradation: 'DN', scale: 3, seed });
    const values = Float64Array.from(make(1).data, (value) => (value - 32768) / 257);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.5);
    expect(Math.abs(deviation - DN_SIGMA)).toBeLessThan(0.3);
    expect(make(1)).toEqual(make(1));
    expect(make(2)).not.toEqual(make(1));
  });

  it('refuses alpha, unknown models and bad options', () => {
    const alpha = picture(4, 4, 4, new Uint8Array(64));
    expect(() => degrade(alpha, { degradation: 'BI', scale: 2 })).toThrow('remove its alpha channel');
    expect(() => degrade(HR, { degradation: 'XX' as 'BI', scale: 2 })).toThrow(
      'expected BI, BD or DN, found XX',
    );
    expect(() => degrade(HR, { degradation: 'BI', scale: 0 })).toThrow('found 0');
    expect(() => degrade(HR, { degradation: 'DN', scale: 2, seed: 0.5 })).toThrow(
      'seed: expected a whole number',
    );
  });
});

describe('pillowBicubic', () => {
  it.each(['8x8', '31x17'] as const)('gives what Pillow gives for %s', (size) => {
    const [width, height] = size.split('x').map(Number) as [number, number];
    expect([...pillowBicubic(HR, { width, height }).data]).toEqual(kodak24.pillow[size]);
  });

  it('keeps a picture of the same size', () => {
    expect(pillowBicubic(HR, { width: 24, height: 24 })).toEqual(HR);
    expect(() => pillowBicubic(HR, { width: 0, height: 24 })).toThrow('found 0×24');
  });
});

describe('seededRandom', () => {
  it('is uniform and normal', () => {
    const random = seededRandom(7);
    const uniform = Array.from({ length: 20000 }, random.uniform);
    const normal = Array.from({ length: 20000 }, random.normal);
    const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(normal.map((x) => x ** 4))).toBeCloseTo(3, 0);
  });

  it('tells seeds apart, large ones too', () => {
    const firsts = [0, 1, -1, 2 ** 32, 2 ** 40 + 1].map((seed) => seededRandom(seed).uniform());
    expect(new Set(firsts).size).toBe(5);
    expect(seededRandom(3).uniform()).toBe(seededRandom(3).uniform());
  });
});
