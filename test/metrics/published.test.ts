import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rgbToYcbcr } from '../../src/image/colour.ts';
import { type Image, toInteger } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { pairs } from '../image/helpers.ts';
import { describeShared, shared } from '../shared.ts';

const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;

describeShared("the RCAN authors' own numbers for Set5, to 6 decimals", () => {
  it.each([2, 3, 4, 8])('×%d', async (scale) => {
    const file = shared('datasets/benchmark/SR/PSNR_SSIM_Results_BI_model.txt');
    const [, table = ''] = readFileSync(file, 'utf8').split('Method_');
    const values = (await pairs('Set5', scale, 'SR/BI/RCAN', 'RCAN')).map(({ name, hr, other }, i) => {
      const result = { psnr: psnr(other, hr, { scale }), ssim: ssim(other, hr, { scale }) };
      expect(table).toContain(`x${scale} ${i + 1} ${name}: ${line(result)}`);
      return result;
    });
    expect(values).toHaveLength(5);
    const means = { psnr: mean(values.map((v) => v.psnr)), ssim: mean(values.map((v) => v.ssim)) };
    expect(table).toContain(`x${scale}: ${line(means)}`);
  });
});

function line(result: { psnr: number; ssim: number }): string {
  return `PSNR= ${result.psnr.toFixed(6)} SSIM= ${result.ssim.toFixed(6)}`;
}

/** Y of 8 bits, as 0..1. */
function luma(image: Image): Image {
  const data = rgbToYcbcr(image).data.filter((_, i) => i % 3 === 0);
  return { ...image, channels: 1, data: Float64Array.from(data, (value) => value / 255) };
}

function to8Bits(image: Image): Image {
  return { ...image, data: Uint8Array.from(image.data, (value) => toInteger(255 * value, 255)) };
}

describeShared("the papers' bicubic row on Set5", () => {
  describe.each([
    [2, '33.66', '.9299', '33.674', '.9303'],
    [3, '30.39', '.8682', '30.405', '.8689'],
    [4, '28.42', '.8104', '28.430', '.8111'],
  ])('×%d', (scale, psnrOfY, ssimOfY, psnrOfRgb, ssimOfRgb) => {
    const means = async (enlarge: (hr: Image, lr: Image) => [Image, Image]) => {
      const images = (await pairs('Set5', scale, 'LR/LRBI', 'LRBI')).map(({ hr, other }) =>
        enlarge(hr, other),
      );
      return {
        psnr: mean(images.map(([a, b]) => psnr(a, b, { scale }))),
        ssim: mean(images.map(([a, b]) => ssim(a, b, { scale }))),
      };
    };

    it('comes from Y of 8 bits, reduced and enlarged in floating point, rounded at the end', async () => {
      const result = await means((hr) => {
        const y = luma(hr);
        return [to8Bits(imresize(imresize(y, 1 / scale), scale)), to8Bits(y)];
      });
      expect(result.psnr.toFixed(2)).toBe(psnrOfY);
      expect(result.ssim.toFixed(4).slice(1)).toBe(ssimOfY);
    });

    it('does not come from the RGB pictures', async () => {
      const result = await means((hr, lr) => [imresize(lr, scale), hr]);
      expect(result.psnr.toFixed(3)).toBe(psnrOfRgb);
      expect(result.ssim.toFixed(4).slice(1)).toBe(ssimOfRgb);
    });
  });
});
