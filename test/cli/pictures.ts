import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { readPicture } from '../../src/node/picture.ts';
import { encodePicture } from '../../src/node/write-picture.ts';
import { kodak24, picture, rgb8 } from '../image/helpers.ts';

type Picture = Image<Uint8Array | Uint16Array>;

/** A part of a photograph, enlarged: RGB of 8 bits. */
export function photo(width = 64, height = 48): Image<Uint8Array> {
  return imresize(rgb8(24, 24, kodak24.hr), { width, height });
}

/** The same in 16 bits, values that 8 bits cannot hold among them. */
export function deepPhoto(width = 64, height = 48): Image<Uint16Array> {
  const { data } = photo(width, height);
  return picture(
    width,
    height,
    3,
    Uint16Array.from(data, (value, i) => Math.min(65535, value * 257 + (i % 200))),
  );
}

/** Writes a picture in the format of the path's ending, with the folders above it. */
export async function save(path: string, image: Picture): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  const { width, height, channels, data } = image;
  if (path.endsWith('.png')) writeFileSync(path, (await encodePicture(image, { format: 'png' })).bytes);
  else await sharp(data, { raw: { width, height, channels } }).toFile(path);
  return path;
}

export async function load(path: string): Promise<Picture> {
  return (await readPicture(path)).image;
}
