/**
 * Decoded pictures of 8 bits, of which training reads small parts: in files of the cache, or in memory that threads
 * share. A file is a header of 20 bytes (the mark of its version, then width, height and channels as little-endian
 * 32-bit numbers) and the samples, rows from the top with channels interleaved.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { InputError } from '../../errors.ts';
import type { Rectangle } from '../../image/crop.ts';
import type { Image } from '../../image/image.ts';
import { systemReason } from '../system.ts';
import { writeWhole } from '../write-file.ts';

export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** The path of a file, or the samples. */
  readonly pixels: string | SharedArrayBuffer;
}

/** To be counted up whenever decoding or making LR gives other pixels than before. */
const MARK = Buffer.from('sisrpx01', 'latin1');
const HEADER = MARK.length + 3 * 4;

/** A picture of 8 bits without alpha, in memory that threads share. */
export function rasterInMemory(image: Image<Uint8Array>): Raster {
  const pixels = new SharedArrayBuffer(image.data.length);
  new Uint8Array(pixels).set(image.data);
  const { width, height } = image;
  return { width, height, channels: image.channels as 1 | 3, pixels };
}

/** Writes a picture of 8 bits without alpha, whole or not at all. */
export async function writeRaster(path: string, image: Image<Uint8Array>): Promise<Raster> {
  const { width, height, data } = image;
  const channels = image.channels as 1 | 3;
  const header = Buffer.alloc(HEADER);
  MARK.copy(header);
  for (const [i, value] of [width, height, channels].entries())
    header.writeUInt32LE(value, MARK.length + 4 * i);
  await writeWhole(path, [header, data], { overwrite: true });
  return { width, height, channels, pixels: path };
}

/** The raster in a file; undefined where there is none, or not a whole one. */
export async function findRaster(path: string): Promise<Raster | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const header = Buffer.alloc(HEADER);
    await file.read(header, 0, HEADER, 0);
    return parseHeader(path, header, (await file.stat()).size);
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

function parseHeader(path: string, header: Buffer, size: number): Raster | undefined {
  const [width, height, channels] = [0, 1, 2].map((i) => header.readUInt32LE(MARK.length + 4 * i));
  if (width === undefined || height === undefined) return undefined;
  const known = MARK.equals(header.subarray(0, MARK.length)) && (channels === 1 || channels === 3);
  if (!known || size !== HEADER + width * height * channels) return undefined;
  return { width, height, channels, pixels: path };
}

/**
 * Copies a part of a raster that lies inside it.
 *
 * @throws {InputError} where the file is gone or no longer what it was
 */
export function readRegion(raster: Raster, area: Rectangle): Image<Uint8Array> {
  const { width, height } = area;
  const { channels, pixels } = raster;
  const data = new Uint8Array(width * height * channels);
  const rows: Row[] = Array.from({ length: height }, (_, y) => ({
    at: ((area.top + y) * raster.width + area.left) * channels,
    out: data.subarray(y * width * channels, (y + 1) * width * channels),
  }));
  if (typeof pixels === 'string') readRows(raster, pixels, rows);
  else for (const { at, out } of rows) out.set(new Uint8Array(pixels, at, out.length));
  return { width, height, channels, data };
}

/** The whole picture. */
export function readRaster(raster: Raster): Image<Uint8Array> {
  return readRegion(raster, { left: 0, top: 0, width: raster.width, height: raster.height });
}

interface Row {
  /** Index of the first sample. */
  readonly at: number;
  readonly out: Uint8Array;
}

/** Synchronous: each read takes microseconds where the file is in the system's cache, a promise takes longer. */
function readRows(raster: Raster, path: string, rows: readonly Row[]): void {
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(HEADER);
      readSync(file, header, 0, HEADER, 0);
      const found = parseHeader(path, header, fstatSync(file).size);
      if (found?.width !== raster.width || found.height !== raster.height) throw new Error('it is damaged');
      for (const { at, out } of rows) readSync(file, out, 0, out.length, HEADER + at);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new InputError(
      `${path}: the pixels of a training picture were here and cannot be read (${systemReason(error)}); ` +
        'start again, which makes them anew',
    );
  }
}
