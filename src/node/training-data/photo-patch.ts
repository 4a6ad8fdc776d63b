import sharp from 'sharp';
import { addNoise } from '../../data/noise.ts';
import { seenFrom, timesScale } from '../../data/patch.ts';
import { areaToPhotograph, areaToSave, drawPhoto, type JpegSettings, photograph } from '../../data/photo.ts';
import { lrSize } from '../../data/training-set.ts';
import type { Border } from '../../image/axis.ts';
import { crop, type Rectangle } from '../../image/crop.ts';
import type { Image } from '../../image/image.ts';
import type { Random } from '../../random.ts';
import { type Raster, readRegion } from './raster.ts';

/**
 * A part of LR that is made by a recipe drawn for it, as it would be had all of the picture gone through that.
 *
 * @param area in LR pixels
 */
export async function photoPatch(
  hr: Raster,
  area: Rectangle,
  { scale, border }: { scale: number; border: Border },
  random: Random,
): Promise<Image<Uint8Array>> {
  const recipe = drawPhoto(random);
  const size = lrSize(hr, scale);
  const saved = recipe.jpeg ? areaToSave(area, size) : area;
  const made = areaToPhotograph(saved, size);
  const whole = photograph(readRegion(hr, timesScale(made, scale)), recipe, { scale, border });
  const small = crop(whole, seenFrom(saved, made));
  const { noise: level = 0 } = recipe;
  const noisy = level > 0 ? addNoise(small, { kind: 'gaussian', level }, random) : small;
  return crop(recipe.jpeg ? await throughJpeg(noisy, recipe.jpeg) : noisy, seenFrom(area, saved));
}

/** What is left of a picture, grey or RGB, that was saved as JPEG. */
export async function throughJpeg(
  image: Image<Uint8Array>,
  { quality, subsampled }: JpegSettings,
): Promise<Image<Uint8Array>> {
  const { width, height, channels, data } = image;
  const space = channels === 1 ? 'b-w' : 'srgb';
  const jpeg = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(space)
    .jpeg({ quality, chromaSubsampling: subsampled ? '4:2:0' : '4:4:4' })
    .toBuffer();
  const decoded = await sharp(jpeg).toColourspace(space).raw().toBuffer();
  return { ...image, data: new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length) };
}
