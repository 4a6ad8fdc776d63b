import { describe, expect, it } from 'vitest';
import { degrade } from '../../src/image/degrade.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { LR_METHODS } from '../../src/metrics/lr-candidates.ts';
import { identifyLR } from '../../src/metrics/lr-check.ts';
import { kodak24, noise, picture, rgb8 } from '../image/helpers.ts';

const HR = rgb8(24, 24, kodak24.hr);
/** Kodak's crop enlarged, so that there is more than a border. */
const BIG = imresize(HR, { width: 97, height: 85 });

describe('identifyLR', () => {
  it.each(LR_METHODS)('knows $name', ({ name, make }) => {
    const cropped = imresize(HR, { width: 96, height: 84 });
    const result = identifyLR(cropped, make(cropped, 3)!, 3);
    expect(result).toMatchObject({ method: name, exact: true });
  });

  it("knows Pillow's own pictures and BI in NumPy", () => {
    expect(identifyLR(HR, rgb8(8, 8, kodak24.pillow['8x8']), 3).method).toBe('Pillow');
    expect(identifyLR(HR, rgb8(8, 8, kodak24.bi.symmetric['3']!), 3).method).toBe('BI symmetric');
    expect(identifyLR(HR, rgb8(8, 8, kodak24.bi.replicate['3']!), 3).method).toBe('BI replicate');
  });

  it('crops HR and compares grey with RGB', () => {
    const grey = picture(9, 7, 1, noise(new Uint8Array(63)));
    const lr = degrade(grey, { degradation: 'BI', scale: 2 });
    const repeated: Image = {
      ...lr,
      channels: 3,
      data: Uint8Array.from({ length: 36 }, (_, i) => lr.data[Math.floor(i / 3)]!),
    };
    expect(identifyLR(grey, repeated, 2).exact).toBe(true);
  });

  it('names the probable method where a few samples differ', () => {
    const lr = degrade(BIG, { degradation: 'BI', scale: 2 });
    lr.data[1000] = lr.data[1000]! ^ 64;
    const result = identifyLR(BIG, lr, 2);
    expect(result).toMatchObject({
      method: 'BI symmetric',
      exact: false,
      best: { differing: 1, largest: 64 },
    });
  });

  it('says so where no method fits', () => {
    const flat = picture(48, 42, 3, new Uint8Array(48 * 42 * 3).fill(9));
    const none = identifyLR(BIG, flat, 2);
    expect(none).toMatchObject({ method: null, exact: false });
  });

  it('refuses wrong sizes, sample types and alpha', () => {
    expect(() => identifyLR(HR, rgb8(24, 24, kodak24.hr), 2)).toThrow(
      'LR picture of 12×12 for HR 24×24 at scale 2',
    );
    const wide = picture(12, 12, 3, new Uint16Array(432));
    expect(() => identifyLR(HR, wide, 2)).toThrow('same sample type');
    expect(() => identifyLR(HR, picture(12, 12, 4, new Uint8Array(576)), 2)).toThrow('without alpha');
  });
});
