import { expect, it } from 'vitest';
import { fitPair } from '../../src/evaluate/fit.ts';
import { imresize } from '../../src/image/imresize.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { photoPatch } from '../../src/node/training-data/photo-patch.ts';
import { rasterInMemory } from '../../src/node/training-data/raster.ts';
import { openValidation } from '../../src/node/validation.ts';
import { seededRandom } from '../../src/random.ts';
import { photographs } from './training-data/helpers.ts';

const { pairs, images } = await photographs(4);

const bicubic = async (degradation: 'BI' | 'photo') => {
  const options = { source: { kind: 'folders', hr: '' }, tile: 'auto', ensemble: false } as const;
  return (await openValidation({ name: 'val', pairs, degradation, options }, 2)).bicubic;
};

it('validates photo on pictures that went through it, each with a recipe of its own that stays', async () => {
  const scores = images.map(async (image, index) => {
    const whole = { left: 0, top: 0, width: image.width >> 1, height: image.height >> 1 };
    const options = { scale: 2, border: 'symmetric' } as const;
    const lr = await photoPatch(rasterInMemory(image), whole, options, seededRandom(index));
    const { sr, hr } = fitPair(imresize(lr, 2), image, 2);
    return psnr(sr, hr, { protocol: 'edsr-benchmark', scale: 2 });
  });
  const expected = (await Promise.all(scores)).reduce((sum, score) => sum + score) / images.length;
  expect(await bicubic('photo')).toBeCloseTo(expected, 10);
  expect(await bicubic('photo')).toBe(await bicubic('photo'));
  expect(await bicubic('photo')).toBeLessThan(await bicubic('BI'));
});
