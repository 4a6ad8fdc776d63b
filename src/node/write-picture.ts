/** Encoding pictures, with the metadata of the file that they were made from. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expectThat, InputError } from '../errors.ts';
import { checkImage, hasAlpha, type Image, type Size, sampleMax } from '../image/image.ts';
import { uprightExif } from './exif.ts';
import type { Picture, PictureFormat, PictureMetadata } from './picture.ts';

export const OUTPUT_FORMATS = ['png', 'jpg', 'webp', 'tiff', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Those that `Picture.format` calls otherwise. */
const ALIASES: Readonly<Partial<Record<string, OutputFormat>>> = { jpeg: 'jpg', heif: 'avif' };

/** Formats that can hold 16 bits; pictures of 16 bits are rounded to 8 for the others. */
const DEEP_FORMATS: readonly OutputFormat[] = ['png', 'tiff'];

/** Pixels that a side can have, in formats where larger pictures exist. */
const LONGEST_SIDE: Readonly<Partial<Record<OutputFormat, number>>> = {
  jpg: 65535,
  webp: 16383,
  avif: 16384,
};

export interface EncodeOptions {
  /** The names of `Picture.format` are understood, too; BMP and GIF are not written. */
  format: OutputFormat | PictureFormat;
  /** A whole number, 1..100, for JPEG, WebP and AVIF; these are lossless at 100, except JPEG. Default: 95. */
  quality?: number;
  metadata?: PictureMetadata;
}

export const DEFAULT_QUALITY = 95;

export interface Encoded {
  bytes: Buffer;
  /** What the format could not hold, one sentence each. */
  notes: string[];
}

/** @throws {InputError} for a picture that is too large for the format; to be asked before the work begins */
export function checkFits({ width, height }: Size, format: OutputFormat): void {
  const most = LONGEST_SIDE[format] ?? Number.POSITIVE_INFINITY;
  if (Math.max(width, height) > most)
    throw new InputError(`${format} holds ${most} pixels a side, found ${width}×${height}: expected png`);
}

/**
 * The file of a picture; floating point (0..1) becomes 8 bits. The orientation tag, if there is EXIF, says "upright".
 *
 * @throws {InputError} for a format that is not written, a quality that there is not, samples that do not fill the
 *   picture, and as `checkFits`
 */
export async function encodePicture(picture: Image, options: EncodeOptions): Promise<Encoded> {
  const { quality = DEFAULT_QUALITY, metadata = {} } = options;
  const format = writtenFormat(options.format);
  const isQuality = Number.isInteger(quality) && quality >= 1 && quality <= 100;
  expectThat(isQuality, 'quality', 'a whole number from 1 to 100', quality);
  checkImage(picture, 'picture');
  checkFits(picture, format);
  const notes: string[] = [];
  const image =
    picture.data instanceof Uint16Array ? { ...picture, data: picture.data } : toEightBits(picture);
  const deep = image.data instanceof Uint16Array && DEEP_FORMATS.includes(format);
  if (image.data instanceof Uint16Array && !deep) notes.push(`${format} holds 8 bits: rounded from 16`);
  if (hasAlpha(image) && format === 'jpg') notes.push('jpg has no alpha: put on white');
  if (metadata.exif && format === 'tiff') notes.push('EXIF is not written to tiff');
  const colourspace = image.channels < 3 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb';
  const eight = () => (format === 'jpg' ? onWhite(toEightBits(image)) : toEightBits(image));
  const pipeline = await withMetadata(deep ? image : eight(), colourspace, metadata);
  return { bytes: await toFormat(pipeline.toColourspace(colourspace), format, quality).toBuffer(), notes };
}

function writtenFormat(format: EncodeOptions['format']): OutputFormat {
  const found = OUTPUT_FORMATS.find((known) => known === (ALIASES[format] ?? format));
  if (found) return found;
  throw new InputError(`format: expected ${OUTPUT_FORMATS.join(', ')}, found ${format}`);
}

function toFormat(pipeline: Sharp, format: OutputFormat, quality: number): Sharp {
  switch (format) {
    case 'png':
      return pipeline.png();
    case 'jpg':
      return pipeline.jpeg({ quality, chromaSubsampling: '4:4:4' });
    case 'webp':
      return pipeline.webp({ quality, lossless: quality === 100 });
    case 'tiff':
      return pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' });
    case 'avif':
      return pipeline.avif({ quality, lossless: quality === 100 });
  }
}

/** The picture in 8 bits, rounded from 16 or from floating point. */
export function toEightBits(image: Image): Image<Uint8Array> {
  const { data } = image;
  if (data instanceof Uint8Array) return { ...image, data };
  const unit = 255 / sampleMax(data);
  const clamped = new Uint8ClampedArray(data.length);
  // A loop: `from` takes fifteen times as long.
  for (let i = 0; i < data.length; i++) clamped[i] = data[i]! * unit;
  return { ...image, data: new Uint8Array(clamped.buffer) };
}

/** The picture without its alpha channel, on a white ground. */
function onWhite(image: Image<Uint8Array>): Image<Uint8Array> {
  const { width, height, channels, data } = image;
  if (!hasAlpha(image)) return image;
  const colours = channels === 2 ? 1 : 3;
  const flat = new Uint8Array(colours * width * height);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[i * channels + colours]! / 255;
    for (let c = 0; c < colours; c++) {
      flat[i * colours + c] = Math.round(data[i * channels + c]! * alpha + 255 * (1 - alpha));
    }
  }
  return { width, height, channels: colours, data: flat };
}

/**
 * sharp can keep metadata of its input, but not take it from elsewhere. So a black PNG with the metadata is the
 * input, and the pixels are put into it by a bitwise or, which needs no second copy of them.
 */
async function withMetadata(
  image: Picture['image'],
  colourspace: string,
  metadata: PictureMetadata,
): Promise<Sharp> {
  const { icc, exif, xmp, density } = metadata;
  const chunks = [icc && iccChunk(icc), exif && exifChunk(exif), xmp && xmpChunk(xmp)].filter(
    (chunk) => chunk !== undefined,
  );
  const { width, height, channels, data } = image;
  const raw = { width, height, channels };
  if (chunks.length === 0) {
    const plain = sharp(data, { raw, limitInputPixels: false });
    return density ? plain.withDensity(density) : plain;
  }
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const blank = sharp({
    create: { width, height, channels: hasAlpha(image) ? 4 : 3, background },
    limitInputPixels: false,
  });
  const png = await blank.toColourspace(colourspace).png().toBuffer();
  const carrier = Buffer.concat([png.subarray(0, PNG_HEADER), ...chunks, png.subarray(PNG_HEADER)]);
  const kept = sharp(carrier, { ignoreIcc: true, limitInputPixels: false }).boolean(
    data as unknown as Buffer,
    'or',
    { raw },
  );
  kept.keepIccProfile().keepExif().keepXmp();
  return density ? kept.withDensity(density) : kept;
}

/** Bytes of a PNG's signature and of its first chunk, IHDR. */
const PNG_HEADER = 8 + 25;

function iccChunk(icc: Buffer): Buffer {
  return pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)]));
}

function exifChunk(exif: Buffer): Buffer {
  const marked = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0';
  return pngChunk('eXIf', uprightExif(marked ? exif.subarray(6) : exif));
}

function xmpChunk(xmp: Buffer): Buffer {
  return pngChunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1'), xmp]));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
