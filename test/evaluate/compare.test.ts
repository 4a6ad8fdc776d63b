import { describe, expect, it } from 'vitest';
import { comparePictures } from '../../src/evaluate/compare.ts';
import { jsonScores, meanScores } from '../../src/evaluate/report.ts';
import { findShift } from '../../src/evaluate/shift.ts';
import { greyToRgb } from '../../src/image/colour.ts';
import { crop } from '../../src/image/crop.ts';
import { degrade } from '../../src/image/degrade.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { kodak24, picture, rgb8 } from '../image/helpers.ts';

const OPTIONS = { protocol: 'rcan-matlab', scale: 2 } as const;
const BIG = imresize(rgb8(24, 24, kodak24.hr), { width: 99, height: 87 });
const HR = part(0, 0);
const SR = imresize(degrade(HR, { degradation: 'BI', scale: 2 }), 2);

/** 96 × 84 pixels of the big picture. */
function part(left: number, top: number): Image<Uint8Array> {
  return crop(BIG, { left, top, width: 96, height: 84 });
}

describe('comparePictures', () => {
  it('gives PSNR and SSIM, and has nothing to say of a good pair', () => {
    const expected = { psnr: psnr(SR, HR, OPTIONS), ssim: ssim(SR, HR, OPTIONS), notes: [], warnings: [] };
    expect(comparePictures(SR, HR, OPTIONS)).toEqual(expected);
  });

  it('cuts HR to a multiple of the scale where SR is, and says so', () => {
    const uncut = crop(BIG, { left: 0, top: 0, width: 97, height: 85 });
    const result = comparePictures(SR, uncut, OPTIONS);
    expect(result.psnr).toBe(psnr(SR, HR, OPTIONS));
    expect(result.notes).toEqual(['HR was cut to a multiple of 2, as SR is']);
  });

  it('names both sizes where they differ otherwise', () => {
    expect(() => comparePictures(SR, BIG, { ...OPTIONS, scale: 2 })).toThrow(
      "expected SR of HR's size 99×87, found 96×84",
    );
    const lr = degrade(HR, { degradation: 'BI', scale: 2 });
    expect(() => comparePictures(lr, HR, OPTIONS)).toThrow(
      "expected SR of HR's size 96×84, found 48×42: this is the LR of scale 2",
    );
  });

  it('compares grey with colour as RGB', () => {
    const grey: Image = picture(
      96,
      84,
      1,
      HR.data.filter((_, i) => i % 3 === 1),
    );
    const result = comparePictures(SR, grey, OPTIONS);
    expect(result.psnr).toBe(psnr(SR, greyToRgb(grey), OPTIONS));
    expect(result.notes).toEqual(['HR is grey and compared as RGB']);
  });

  it('compares grey with grey as RGB, too, as the test data of the papers was prepared', () => {
    const grey = (image: Image) =>
      picture(
        96,
        84,
        1,
        image.data.filter((_, i) => i % 3 === 1),
      );
    const result = comparePictures(grey(SR), grey(HR), OPTIONS);
    expect(result.psnr).toBe(psnr(greyToRgb(grey(SR)), greyToRgb(grey(HR)), OPTIONS));
    expect(result.psnr).toBeGreaterThan(psnr(grey(SR), grey(HR), OPTIONS) + 1);
    expect(result.notes).toEqual(['SR and HR are grey and compared as RGB']);
  });

  it('leaves alpha to the error of the metric', () => {
    const clear = picture(96, 84, 4, new Uint8Array(96 * 84 * 4));
    expect(() => comparePictures(clear, HR, OPTIONS)).toThrow('remove the alpha channel');
  });

  it('warns of a shift and of a size that no network makes', () => {
    expect(comparePictures(part(1, 0), part(0, 0), OPTIONS).warnings).toEqual([
      'SR looks shifted: moved back by (-1, 0) pixels, it would equal HR',
    ]);
    const odd = (image: Image) => crop(image, { left: 0, top: 0, width: 95, height: 84 });
    expect(comparePictures(odd(SR), odd(HR), OPTIONS).warnings).toEqual([
      'SR is 95×84, no multiple of 2: it was resized or cut after it was enlarged',
    ]);
  });
});

describe('findShift', () => {
  it.each([
    [1, 0],
    [0, 1],
    [-1, 1],
    [1, -1],
  ])('finds content moved by (%d, %d)', (dx, dy) => {
    const shift = findShift(part(1 - dx, 1 - dy), part(1, 1));
    expect(shift).toMatchObject({ dx, dy });
  });

  it('finds none in equal, flat or tiny pictures', () => {
    expect(findShift(HR, HR)).toBeUndefined();
    const flat = picture(40, 40, 1, new Uint8Array(1600).fill(7));
    expect(findShift(flat, { ...flat, data: flat.data.map(() => 9) })).toBeUndefined();
    expect(
      findShift(rgb8(24, 17, new Array(24 * 17 * 3).fill(1)), rgb8(24, 17, new Array(1224).fill(2))),
    ).toBeUndefined();
  });
});

describe('means and their JSON', () => {
  const score = (value: number) => ({ psnr: value, ssim: value / 100 });

  it('averages all or nothing', () => {
    expect(meanScores([score(30), score(40)])).toEqual({ psnr: 35, ssim: 0.35 });
    expect(meanScores([score(30), undefined])).toBeUndefined();
    expect(meanScores([])).toBeUndefined();
  });

  it('writes Infinity as "inf" and nothing as null', () => {
    expect(jsonScores({ psnr: Number.POSITIVE_INFINITY, ssim: 1 })).toEqual({ psnr: 'inf', ssim: 1 });
    expect(jsonScores(undefined)).toEqual({ psnr: null, ssim: null });
  });
});
