import { describe, expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { PROTOCOLS } from '../../src/metrics/protocols.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { kodak24, noise, picture, rgb8 } from '../image/helpers.ts';

const HR = rgb8(24, 24, kodak24.hr);
const SR = rgb8(24, 24, kodak24.sr);

describe.each(PROTOCOLS)('$name', ({ name }) => {
  const options = { protocol: name, scale: 2 };
  const expected = kodak24.metricsAtScale2[name]!;

  it('agrees with the same formulas in NumPy', () => {
    expect(psnr(SR, HR, options)).toBeCloseTo(expected.psnr, 9);
    if (expected.ssim === undefined) expect(() => ssim(SR, HR, options)).toThrow('at least 11×11');
    else expect(ssim(SR, HR, options)).toBeCloseTo(expected.ssim, 9);
  });

  it('is symmetric, and infinite or 1 for equal pictures', () => {
    expect(psnr(SR, HR, options)).toBe(psnr(HR, SR, options));
    expect(psnr(HR, HR, options)).toBe(Number.POSITIVE_INFINITY);
    const big = picture(40, 31, 3, noise(new Uint8Array(40 * 31 * 3)));
    const other = picture(40, 31, 3, new Uint8Array(big.data).reverse());
    expect(ssim(big, big, options)).toBeCloseTo(1, 12);
    expect(ssim(big, other, options)).toBeCloseTo(ssim(other, big, options), 12);
  });

  it('takes 16 bits and floating point as 8 bits', () => {
    const wide = (image: Image) => ({ ...image, data: Uint16Array.from(image.data, (v) => 257 * v) });
    const float = (image: Image) => ({ ...image, data: Float64Array.from(image.data, (v) => v / 255) });
    expect(psnr(wide(SR), wide(HR), options)).toBeCloseTo(psnr(SR, HR, options), 9);
    expect(psnr(float(SR), HR, options)).toBeCloseTo(psnr(SR, HR, options), 9);
  });

  it('takes the value of grey pictures as it is', () => {
    const a = picture(30, 30, 1, new Uint8Array(900).fill(100));
    const b = picture(30, 30, 1, new Uint8Array(900).fill(110));
    expect(psnr(a, b, options)).toBeCloseTo(20 * Math.log10(25.5), 10);
  });
});

describe('rounding', () => {
  it('is half to even in the protocols of EDSR and absent elsewhere', () => {
    const a = picture(30, 30, 1, new Float64Array(900).fill(100.5 / 255));
    const b = picture(30, 30, 1, new Uint8Array(900).fill(100));
    expect(psnr(a, b, { protocol: 'edsr-benchmark', scale: 2 })).toBe(Number.POSITIVE_INFINITY);
    expect(psnr(a, b, { scale: 2 })).toBeCloseTo(20 * Math.log10(510), 9);
    const bright = picture(30, 30, 1, new Float64Array(900).fill(1.5));
    const white = picture(30, 30, 1, new Uint8Array(900).fill(255));
    expect(psnr(bright, white, { protocol: 'edsr-div2k', scale: 2 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('metrics refuse', () => {
  const alpha = picture(24, 24, 4, new Uint8Array(24 * 24 * 4));
  it.each([
    [() => psnr(HR, rgb8(12, 48, kodak24.hr), { scale: 2 }), 'found 24×24×3 and 12×48×3'],
    [() => psnr(HR, alpha, { scale: 2 }), 'remove the alpha channel'],
    [() => psnr(HR, picture(24, 24, 1, new Uint8Array(576)), { scale: 2 }), 'found 24×24×3 and 24×24×1'],
    [() => psnr(HR, HR), 'protocol rcan-matlab shaves the border by the scale; found none'],
    [() => psnr(HR, HR, { scale: 12 }), 'larger than 24×24'],
    [() => psnr(HR, HR, { scale: 2.5 }), 'found 2.5'],
    [() => psnr(HR, HR, { protocol: 'Y' as 'rgb' }), 'expected one of rcan-matlab, edsr-benchmark'],
    [() => ssim(HR, HR, { scale: 7 }), 'at least 11×11 pixels after shaving, found 10×10'],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});
