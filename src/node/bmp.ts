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

/** RGB, or RGB with alpha for 32 bits per pixel. @throws {InputError} where the file is damaged or compressed */
export function decodeBmp(bytes: Uint8Array): Image<Uint8Array> {
  const { width, height, bits } = bmpHeader(bytes);
  if (bits <= 8) return decodePalette(bytes);
  const rgba = decodeRgba(bytes);
  if (rgba.length !== 4 * width * height)
    throw new InputError('the picture is damaged or incomplete (its size)');
  // Many programs write 32 bits with an unused fourth byte of 0.
  const alpha = bits === 32 && rgba.some((value, i) => i % 4 === 3 && value !== 0);
  return alpha ? { width, height, channels: 4, data: rgba } : withoutAlpha(rgba, width, height);
}

/** Pictures of at most 256 colours, which bmp-ts 1.0.9 reads with their channels in the wrong places. */
function decodePalette(bytes: Uint8Array): Image<Uint8Array> {
  const { width, height, bits } = bmpHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  const damaged = () => new InputError('the picture is damaged or incomplete (its palette or rows)');
  if (bytes.length < HEADER_BYTES + 20 || ![1, 4, 8].includes(bits)) throw damaged();
  if (view.getUint32(30, true) !== 0)
    throw new InputError('expected a BMP without compression, found run lengths; save it as PNG');
  const rows = view.getUint32(10, true);
  const palette = 14 + view.getUint32(14, true);
  const colours = view.getUint32(46, true) || 2 ** bits;
  if (palette + 4 * colours > bytes.length || rows + rowBytes * height > bytes.length) throw damaged();
  const fromTop = view.getInt32(22, true) < 0;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const row = rows + rowBytes * (fromTop ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const bit = x * bits; // The first pixel is in the highest bits.
      const colour = (bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
      if (colour >= colours) throw damaged();
      for (let channel = 0; channel < 3; channel++)
        data[3 * (y * width + x) + channel] = bytes[palette + 4 * colour + 2 - channel]!;
    }
  }
  return { width, height, channels: 3, data };
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
