import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { isLossyPicture } from '../../src/image/lossy.ts';

const picture = (channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width: 24, height: 16, channels, background: { r: 9, g: 99, b: 200, alpha: 0.5 } } });

const frames = async (): Promise<Sharp> => {
  const frame = await picture(4).png().toBuffer();
  return sharp([frame, frame], { join: { animated: true } });
};

it.each<[string, boolean, () => Promise<Buffer>]>([
  ['JPEG', true, () => picture().jpeg().toBuffer()],
  ['AVIF', true, () => picture().avif().toBuffer()],
  ['WebP', true, () => picture().webp().toBuffer()],
  ['WebP with alpha', true, () => picture(4).webp().toBuffer()],
  ['WebP with a colour profile', true, () => picture().withIccProfile('p3').webp().toBuffer()],
  ['animated WebP', true, async () => (await frames()).webp().toBuffer()],
  ['lossless WebP', false, () => picture().webp({ lossless: true }).toBuffer()],
  [
    'lossless WebP with a colour profile',
    false,
    () => picture(4).withIccProfile('p3').webp({ lossless: true }).toBuffer(),
  ],
  ['lossless animated WebP', false, async () => (await frames()).webp({ lossless: true }).toBuffer()],
  ['PNG', false, () => picture().png().toBuffer()],
  ['TIFF', false, () => picture().tiff().toBuffer()],
  ['GIF', false, () => picture().gif().toBuffer()],
  ['no picture', false, async () => Buffer.from('lossy?')],
  ['a WebP that ends early', false, async () => (await picture(4).webp().toBuffer()).subarray(0, 20)],
  ['nothing', false, async () => Buffer.alloc(0)],
])('%s: %s', async (_, lossy, file) => {
  expect(isLossyPicture(await file())).toBe(lossy);
});
