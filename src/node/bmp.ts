import { decode } from 'bmp-ts';
import { InputError } from '../errors.ts';
import type { Image } from '../image/image.ts';

/** Bytes of the file header and of the part of the bitmap header that holds the size. */
const HEADER_BYTES = 30;

/** BMP is not among the formats of sharp's binaries; benchmark sets such as Set5 come in it. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d && bytes.length >= HEADER_BYTES;
}

/** Size in pixels and bits per pixel, from the header alone. */
export function bmpHeader(bytes: Uint8Array): { width: number; height: number; bits: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Negative heights mean rows from top to bottom.
  return {
    width: view.getUint32(18, true),
    height: Math.abs(view.getInt32(22, true)),
    bits: view.getUint16(28, true),
  };
}

/** RGB, or RGB with alpha for 32 bits per pixel. @throws {InputError} where the file is damaged */
export function decodeBmp(bytes: Uint8Array): Image<Uint8Array> {
  const { width, height, bits } = bmpHeader(bytes);
  const rgba = decodeRgba(bytes);
  if (rgba.length !== 4 * width * height)
    throw new InputError('the picture is damaged or incomplete (its size)');
  // Many programs write 32 bits with an unused fourth byte of 0.
  const alpha = bits === 32 && rgba.some((value, i) => i % 4 === 3 && value !== 0);
  return alpha ? { width, height, channels: 4, data: rgba } : withoutAlpha(rgba, width, height);
}

function decodeRgba(bytes: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(
      decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { toRGBA: true }).data,
    );
  } catch (error) {
    throw new InputError(
      `the picture is damaged or incomplete (${error instanceof Error ? error.message : error})`,
    );
  }
}

function withoutAlpha(rgba: Uint8Array, width: number, height: number): Image<Uint8Array> {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { width, height, channels: 3, data };
}
