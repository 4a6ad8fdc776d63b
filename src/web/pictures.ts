/** Pictures as browsers know them, from and to sisr's own. */
import { InputError } from '../errors.ts';
import { checkImage, hasAlpha, type Image, type Size } from '../image/image.ts';
import type { EncodeOptions, WebPicture } from './network.ts';
import { readPixels } from './pixels.ts';

const DEFAULT_TYPE = 'image/png';
const DEFAULT_QUALITY = 95;

/**
 * The pixels of a picture file: upright, converted to sRGB, 8 bits per channel.
 *
 * @throws {InputError} where this browser cannot read it
 */
export async function decodePicture(file: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' }).catch(() => undefined);
  if (!bitmap) {
    const name = file instanceof File ? `${file.name}: ` : '';
    const found = file.size === 0 ? 'an empty file' : `${file.size} bytes of ${file.type || 'unknown type'}`;
    throw new InputError(`${name}expected a picture that this browser can read, found ${found}`);
  }
  try {
    return await bitmapData(bitmap);
  } finally {
    bitmap.close();
  }
}

/**
 * The file of a picture of 8 bits per channel. A browser rounds the colours of nearly transparent pixels.
 *
 * @throws {InputError} for a type that this browser does not write, and a picture that is too large for it
 */
export async function encodePicture(
  picture: ImageData | Image<Uint8Array>,
  { type = DEFAULT_TYPE, quality = DEFAULT_QUALITY }: EncodeOptions = {},
): Promise<Blob> {
  if (!(quality >= 1 && quality <= 100))
    throw new InputError(`quality: expected a number from 1 to 100, found ${quality}`);
  if ('channels' in picture) checkImage(picture, 'picture');
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context?.putImageData('channels' in picture ? imageData(picture) : picture, 0, 0);
  if (context && type === 'image/jpeg') {
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
  }
  const file = await canvas.convertToBlob({ type, quality: quality / 100 }).catch(() => undefined);
  if (!context || !file) throw tooLarge(picture);
  if (file.type !== type) throw new InputError(`this browser does not write ${type}, only ${file.type}`);
  return file;
}

/** @throws {InputError} for a picture that is too large for this browser to write; before the work instead of after it */
export function checkCanvas({ width, height }: Size): void {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  try {
    // Some browsers give a canvas of any size, in which nothing stays if it is too large.
    context?.fillRect(width - 1, height - 1, 1, 1);
    if (context && context.getImageData(width - 1, height - 1, 1, 1).data[3] !== 0) return;
  } catch {
    // Others refuse to read from it.
  } finally {
    canvas.width = canvas.height = 0;
  }
  throw tooLarge({ width, height });
}

function tooLarge({ width, height }: Size): InputError {
  return new InputError(`this browser cannot write pictures as large as ${width}×${height} pixels`);
}

/** @throws {InputError} for options with which no picture could be written; before the work instead of after it */
export async function checkEncoding(options: EncodeOptions): Promise<void> {
  await encodePicture(new ImageData(1, 1), options);
}

/** Any picture as sisr's own. One of grey pixels only becomes grey, so that its enlargement stays grey. */
export async function toImage(picture: WebPicture): Promise<Image> {
  if (picture instanceof Blob) return fromData(await decodePicture(picture));
  if (picture instanceof ImageBitmap) return fromData(await bitmapData(picture));
  return picture instanceof ImageData ? fromData(picture) : picture;
}

/** An enlarged picture in the form of the one that was given; its samples are those of `toImage`. */
export async function inFormOf(
  given: WebPicture,
  enlarged: Image,
  options: EncodeOptions,
): Promise<WebPicture> {
  if (given instanceof Blob) return encodePicture(enlarged as Image<Uint8Array>, options);
  if (given instanceof ImageBitmap) return createImageBitmap(imageData(enlarged as Image<Uint8Array>));
  if (given instanceof ImageData) return imageData(enlarged as Image<Uint8Array>, given.colorSpace);
  return enlarged;
}

async function bitmapData(bitmap: ImageBitmap): Promise<ImageData> {
  const { width, height } = bitmap;
  return new ImageData(await readPixels(bitmap), width, height);
}

function fromData({ width, height, data }: ImageData): Image<Uint8Array> {
  if (!(data instanceof Uint8ClampedArray))
    throw new InputError('expected ImageData of 8 bits per channel, found floating point');
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return greyOf({ width, height, channels: 4, data: pixels });
}

/** RGBA as grey and alpha where it has no colours. */
function greyOf(image: Image<Uint8Array>): Image<Uint8Array> {
  const { data } = image;
  for (let i = 0; i < data.length; i += 4)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return image;
  const grey = new Uint8Array(data.length / 2);
  for (let i = 0; i < grey.length; i += 2) {
    grey[i] = data[2 * i]!;
    grey[i + 1] = data[2 * i + 3]!;
  }
  return { ...image, channels: 2, data: grey };
}

function imageData(image: Image<Uint8Array>, colorSpace?: PredefinedColorSpace): ImageData {
  const { buffer, byteOffset, length } = image.channels === 4 ? image.data : spread(image);
  const pixels = new Uint8ClampedArray(buffer as ArrayBuffer, byteOffset, length);
  return new ImageData(pixels, image.width, image.height, { colorSpace });
}

/** A picture of any channels as RGBA. */
function spread(image: Image<Uint8Array>): Uint8Array {
  const { width, height, channels, data } = image;
  const pixels = new Uint8Array(4 * width * height);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = hasAlpha(image) ? channels - 1 : undefined;
  for (let to = 0, from = 0; to < pixels.length; to += 4, from += channels) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + green]!;
    pixels[to + 2] = data[from + blue]!;
    pixels[to + 3] = alpha === undefined ? 255 : data[from + alpha]!;
  }
  return pixels;
}
