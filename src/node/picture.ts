/** Pictures on disk: reading through sharp, with what has to survive enlarging. */
import { open, readFile, stat } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { expectThat, InputError } from '../errors.ts';
import type { Image, Size } from '../image/image.ts';
import { isLossyPicture, LOSSY_HEAD_BYTES } from '../image/lossy.ts';
import { bmpHeader, decodeBmp, isBmp } from './bmp.ts';
import { filePath } from './file-path.ts';
import { nearestName, systemReason } from './system.ts';

/** Endings of the files that are read as pictures, in folders too. */
export const PICTURE_EXTENSIONS = [
  'png',
  'jpg',
  'jpeg',
  'webp',
  'tif',
  'tiff',
  'avif',
  'bmp',
  'gif',
] as const;

/** sharp's names of the formats; it would also draw SVG and run other interpreters on what strangers send. */
const FORMATS = ['png', 'jpeg', 'webp', 'tiff', 'heif', 'gif'] as const;

/** Those and our own reader's; `heif` is AVIF. */
export type PictureFormat = (typeof FORMATS)[number] | 'bmp';

/** Default of `limitPixels`: a guard against files of a few kilobytes that unpack to gigabytes. */
export const DEFAULT_LIMIT_PIXELS = 268_402_689;

/** What a picture file holds beside its pixels. */
export interface PictureMetadata {
  icc?: Buffer;
  exif?: Buffer;
  xmp?: Buffer;
  /** Pixels per inch. */
  density?: number;
}

export interface Picture {
  /** 8 or 16 bits as in the file, upright (the orientation tag is applied). */
  image: Image<Uint8Array | Uint16Array>;
  metadata: PictureMetadata;
  format: PictureFormat;
  /** What of the file could not be kept, one sentence each. */
  notes: string[];
}

export interface ReadOptions {
  /** Largest number of pixels that is decoded. */
  limitPixels?: number;
}

/**
 * Reads a picture file.
 *
 * @param file its path, or its `file:` URL
 * @throws {InputError} naming the file and what is wrong with it
 */
export async function readPicture(file: string | URL, options: ReadOptions = {}): Promise<Picture> {
  const path = filePath(file);
  const bytes = await readBytes(path);
  try {
    return await decodePicture(bytes, options);
  } catch (error) {
    throw new InputError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Whether a picture file lost detail when it was saved; what cannot be read is for {@link readPicture} to refuse. */
export async function isLossyFile(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(LOSSY_HEAD_BYTES), position: 0 });
    return isLossyPicture(buffer.subarray(0, bytesRead));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/** The bytes of a file. @throws {InputError} where there is none, it is empty, or it is a folder */
export async function readBytes(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new InputError(`${path}: no such file${await nearestName(path)}`);
  if (found.isDirectory()) throw new InputError(`${path}: expected a file, found a folder`);
  if (found.size === 0) throw new InputError(`${path}: the file is empty`);
  return readFile(path).catch((error: unknown) => {
    throw new InputError(`${path}: cannot be read (${systemReason(error)})`);
  });
}

/** @throws {InputError} where the bytes are no picture, are damaged, or hold too many pixels */
export async function decodePicture(bytes: Uint8Array, options: ReadOptions = {}): Promise<Picture> {
  const { limitPixels = DEFAULT_LIMIT_PIXELS } = options;
  // sharp takes a string for a path, and would open that file.
  if (!(bytes instanceof Uint8Array))
    throw new InputError(`expected the bytes of a picture as Uint8Array, found ${typeof bytes}`);
  if (bytes.length === 0) throw new InputError('expected the bytes of a picture, found none: it is empty');
  expectThat(limitPixels > 0, 'limit of pixels', 'a number above 0', limitPixels);
  if (isBmp(bytes)) {
    checkPixels(bmpHeader(bytes), limitPixels);
    return { image: decodeBmp(bytes), metadata: {}, format: 'bmp', notes: [] };
  }
  const { metadata, format } = await readMetadata(bytes);
  checkPixels(metadata, limitPixels);
  const pages = metadata.pages ?? 1;
  const notes = pages > 1 ? [`only the first of ${pages} frames is read`] : [];
  if (metadata.space === 'cmyk') notes.push('CMYK becomes sRGB');
  const image = await decodePixels(bytes, metadata, limitPixels);
  return { image, metadata: metadataToKeep(metadata), format, notes };
}

function checkPixels({ width, height }: Size, limitPixels: number): void {
  if (width * height <= limitPixels) return;
  throw new InputError(
    `the picture has ${width}×${height} = ${width * height} pixels; the limit is ${limitPixels} (limitPixels, --limit-pixels)`,
  );
}

async function readMetadata(bytes: Uint8Array): Promise<{ metadata: Metadata; format: PictureFormat }> {
  const metadata = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  const format = FORMATS.find((known) => known === metadata?.format);
  if (metadata && format) return { metadata, format };
  const found = metadata ? metadata.format : describeBytes(bytes);
  throw new InputError(`expected a picture (${PICTURE_EXTENSIONS.join(', ')}), found ${found}`);
}

async function decodePixels(
  bytes: Uint8Array,
  metadata: Metadata,
  limitPixels: number,
): Promise<Picture['image']> {
  const { space, channels, depth } = metadata;
  const deep = depth === 'ushort';
  if (!deep && depth !== 'uchar') throw new InputError(`expected samples of 8 or 16 bits, found ${depth}`);
  const grey = space === 'b-w' || space === 'grey16';
  // The values are kept and the profile with them, except for CMYK, which a network cannot see: that becomes sRGB.
  const source = sharp(bytes, {
    limitInputPixels: limitPixels,
    ignoreIcc: space !== 'cmyk',
    // Half a picture is no picture: what is missing would be black.
    failOn: 'error',
  });
  const decoded = await raw(source.autoOrient(), grey && channels === 1, deep);
  const samples = deep
    ? asUint16(decoded.data)
    : new Uint8Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length);
  const { width, height } = decoded.info;
  const image = { width, height, channels: decoded.info.channels as 1 | 3 | 4, data: samples };
  return grey && image.channels === 4 ? greyWithAlpha(image) : image;
}

async function raw(source: Sharp, grey: boolean, deep: boolean) {
  const colourspace = grey ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb';
  try {
    const pixels = source.toColourspace(colourspace).raw({ depth: deep ? 'ushort' : 'uchar' });
    return await pixels.toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new InputError(`the picture is damaged or incomplete (${lastLine(error)})`);
  }
}

/** sharp has no raw output of grey with alpha: it is read as RGB with alpha. */
function greyWithAlpha({ width, height, data }: Picture['image']): Picture['image'] {
  const Samples = data.constructor as new (length: number) => typeof data;
  const pairs = new Samples(2 * width * height);
  for (let i = 0; i < width * height; i++) {
    pairs[2 * i] = data[4 * i]!;
    pairs[2 * i + 1] = data[4 * i + 3]!;
  }
  return { width, height, channels: 2, data: pairs };
}

function asUint16(buffer: Buffer): Uint16Array {
  const aligned = buffer.byteOffset % 2 === 0 ? buffer : Buffer.from(buffer);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

function metadataToKeep({ icc, exif, xmp, density, space }: Metadata): PictureMetadata {
  return {
    ...(icc && space !== 'cmyk' && { icc }),
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(density && { density }),
  };
}

function describeBytes(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 64);
  const text = start.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
  return text
    ? `text ("${new TextDecoder('latin1').decode(start.subarray(0, 16)).trim()}…")`
    : 'something else, or a damaged header';
}

/** libvips reports a chain of causes, the most telling one last. */
function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return lines.at(-1) ?? '';
}
