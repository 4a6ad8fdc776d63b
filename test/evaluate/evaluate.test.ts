import { describe, expect, it } from 'vitest';
import { evaluatePicture } from '../../src/evaluate/evaluate.ts';
import { type CheckedLR, summariseLR } from '../../src/evaluate/lr-summary.ts';
import { greyToRgb } from '../../src/image/colour.ts';
import { degrade } from '../../src/image/degrade.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { LR_METHODS } from '../../src/metrics/lr-candidates.ts';
import { identifyLR } from '../../src/metrics/lr-check.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { kodak24, noise, picture, rgb8 } from '../image/helpers.ts';

const OPTIONS = { protocol: 'rcan-matlab', scale: 2 } as const;
const HR = imresize(rgb8(24, 24, kodak24.hr), { width: 61, height: 48 });

/** Enlarges by bicubic and keeps what it was given. */
function bicubic() {
  const seen: Image[] = [];
  const upscale = async <I extends Image>(image: I): Promise<I> => {
    seen.push(image);
    return imresize(image, 2) as Image as I;
  };
  return { seen, upscale };
}

describe('evaluatePicture', () => {
  it('makes a missing LR by BI with the border that is asked for', async () => {
    const network = bicubic();
    for (const border of ['symmetric', 'replicate'] as const) {
      const { comparison, sr, seconds } = await evaluatePicture(network, { hr: HR }, { ...OPTIONS, border });
      expect(network.seen.pop()).toEqual(degrade(HR, { degradation: 'BI', scale: 2, border }));
      expect(sr).toMatchObject({ width: 60, height: 48 });
      expect(comparison?.notes).toEqual(['HR was cut to a multiple of 2, as SR is']);
      expect(seconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('takes the LR that is given, grey as RGB', async () => {
    const network = bicubic();
    const hr = picture(40, 40, 1, noise(new Uint8Array(1600)));
    const lr = degrade(hr, { degradation: 'BI', scale: 2, border: 'replicate' });
    const { comparison } = await evaluatePicture(network, { hr, lr }, OPTIONS);
    expect(network.seen).toEqual([greyToRgb(lr)]);
    expect(comparison?.psnr).toBe(psnr(imresize(greyToRgb(lr), 2), greyToRgb(hr), OPTIONS));
  });

  it('compares nothing without HR and refuses neither', async () => {
    const lr = degrade(HR, { degradation: 'BI', scale: 2 });
    expect((await evaluatePicture(bicubic(), { lr }, OPTIONS)).comparison).toBeUndefined();
    await expect(evaluatePicture(bicubic(), {}, OPTIONS)).rejects.toThrow('found neither');
  });

  it('refuses alpha before the network runs', async () => {
    const network = bicubic();
    const hr = picture(40, 40, 4, new Uint8Array(6400));
    await expect(evaluatePicture(network, { hr }, OPTIONS)).rejects.toThrow('alpha');
    expect(network.seen).toEqual([]);
  });
});

describe('summariseLR', () => {
  const checked = (name: string, method: string): CheckedLR => {
    const lr = LR_METHODS.find((known) => known.name === method)!.make(degradable, 2)!;
    return { name, check: identifyLR(degradable, lr, 2) };
  };
  const degradable = imresize(HR, { width: 60, height: 48 });

  it('says once what all pictures have in common', () => {
    expect(summariseLR([checked('a', 'BI symmetric'), checked('b', 'BI symmetric')])).toEqual([
      "LR of all 2 pictures: MATLAB's bicubic (BI) with a symmetric border, bit for bit",
    ]);
  });

  it('names pictures where they differ and what to expect', () => {
    const pictures = ['a', 'b', 'c', 'd'].map((name) => checked(name, 'Pillow'));
    expect(summariseLR([...pictures, checked('e', 'BI replicate')])).toEqual([
      "LR of a, b, c and 1 more: Pillow's bicubic, bit for bit: expect lower PSNR",
      "LR of e: MATLAB's bicubic (BI) with a replicate border, bit for bit",
    ]);
  });

  it('says what is probable where a few samples differ', () => {
    const { name, check } = checked('a', 'BI symmetric');
    const best = { ...check.best, share: 0.0012, largest: 3 };
    expect(summariseLR([{ name, check: { ...check, exact: false, best } }])).toEqual([
      "LR of the picture: probably MATLAB's bicubic (BI) with a symmetric border (0.12 % of the samples differ, by up to 3)",
    ]);
  });

  it('gives the share of differing samples where none fits', () => {
    const lr = picture(30, 24, 3, new Uint8Array(30 * 24 * 3).fill(9));
    const [line] = summariseLR([{ name: 'a', check: identifyLR(degradable, lr, 2) }]);
    expect(line).toMatch(/^LR of the picture: by no known method; .* \(\d+\.\d\d % .*\): expect lower PSNR$/);
  });
});
