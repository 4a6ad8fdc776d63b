import { InputError } from '../errors.ts';
import type { Image } from '../image/image.ts';

/** Bytes of the file header and of the part of the bitmap header that holds the size. */
const HEADER_BYTES = 30;
/** Bytes of both headers, without what later versions added to the second. */
const FULL_HEADER_BYTES = 54;
/** Values of the header's field for compression. */
const UNCOMPRESSED = 0;
const MASKED = 3;

/** Which bits of a pixel are red, green, blue and, where there is a fourth, alpha. */
type Masks = readonly number[];

/** Where the header has no masks. Many programs write 32 bits with an unused fourth byte of 0. */
const USUAL_MASKS: Readonly<Record<number, Masks>> = {
  16: [0x7c00, 0x3e0, 0x1f],
  24: [0xff0000, 0xff00, 0xff],
  32: [0xff0000, 0xff00, 0xff, 0xff000000],
};

/** The pixels' place in a file that holds all of them. */
interface Rows {
  readonly view: DataView;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** The byte at which a row begins, counted from the top of the picture. */
  readonly start: (y: number) => number;
}

/** BMP is not among the formats of sharp's binaries; benchmark sets such as Set5 come in it. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d && bytes.length >= HEADER_BYTES;
}

/** Size in pixels and bits per pixel, from the header alone. */
export function bmpHeader(bytes: Uint8Array): { width: number; height: number; bits: number } {
  const view = viewOf(bytes);
  // Negative heights mean rows from top to bottom.
  return {
    width: view.getUint32(18, true),
    height: Math.abs(view.getInt32(22, true)),
    bits: view.getUint16(28, true),
  };
}

/**
 * RGB, or RGB with alpha for 32 bits per pixel of which the alpha is used.
 *
 * @throws {InputError} where the file is damaged or compressed
 */
export function decodeBmp(bytes: Uint8Array): Image<Uint8Array> {
  const rows = findRows(bytes);
  if (rows.bits <= 8) return decodePalette(rows);
  const masks = findMasks(rows);
  const image = decodeMasked(rows, masks);
  const unused = image.channels === 4 && image.data.every((value, i) => i % 4 < 3 || value === 0);
  return unused ? decodeMasked(rows, masks.slice(0, 3)) : image;
}

/** Checks the length of the file before memory is taken for its pixels. */
function findRows(bytes: Uint8Array): Rows {
  if (bytes.length < FULL_HEADER_BYTES) throw damaged('header');
  const { width, height, bits } = bmpHeader(bytes);
  const view = viewOf(bytes);
  const compression = view.getUint32(30, true);
  if (![1, 4, 8, 16, 24, 32].includes(bits))
    throw new InputError(`expected a BMP of 1, 4, 8, 16, 24 or 32 bits per pixel, found ${bits}`);
  const masked = compression === MASKED && (bits === 16 || bits === 32);
  if (compression !== UNCOMPRESSED && !masked)
    throw new InputError(`expected a BMP without compression, found method ${compression}; save it as PNG`);
  const first = view.getUint32(10, true);
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  if (width < 1 || height < 1 || first + rowBytes * height > bytes.length) throw damaged('rows');
  const fromTop = view.getInt32(22, true) < 0;
  return { view, width, height, bits, start: (y) => first + rowBytes * (fromTop ? y : height - 1 - y) };
}

/** Pictures of at most 256 colours. */
function decodePalette({ view, width, height, bits, start }: Rows): Image<Uint8Array> {
  const palette = 14 + view.getUint32(14, true);
  const colours = view.getUint32(46, true) || 2 ** bits;
  if (palette + 4 * colours > view.byteLength) throw damaged('palette');
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const first = start(y);
    for (let x = 0; x < width; x++) {
      const bit = x * bits; // The first pixel is in the highest bits.
      const byte = view.getUint8(first + (bit >> 3));
      const colour = (byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
      if (colour >= colours) throw damaged('palette');
      for (let channel = 0; channel < 3; channel++)
        data[3 * (y * width + x) + channel] = view.getUint8(palette + 4 * colour + 2 - channel);
    }
  }
  return { width, height, channels: 3, data };
}

/** The masks behind the bitmap header's first 40 bytes, of which only longer headers have one for alpha. */
function findMasks({ view, bits }: Rows): Masks {
  if (view.getUint32(30, true) === UNCOMPRESSED) return USUAL_MASKS[bits]!;
  const hasAlpha = bits === 32 && view.getUint32(14, true) >= 56;
  const end = FULL_HEADER_BYTES + (hasAlpha ? 16 : 12);
  if (end > view.byteLength) throw damaged('masks');
  const masks: number[] = [];
  for (let at = FULL_HEADER_BYTES; at < end; at += 4) masks.push(view.getUint32(at, true));
  if (masks[3] === 0) masks.pop();
  if (masks.includes(0)) throw damaged('masks');
  return masks;
}

/** Pixels that hold their colours themselves. */
function decodeMasked({ view, width, height, bits, start }: Rows, masks: Masks): Image<Uint8Array> {
  const channels = masks.length as 3 | 4;
  const parts = masks.map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask);
    return { mask, shift, largest: mask >>> shift };
  });
  const read: (at: number) => number =
    bits === 16
      ? (at) => view.getUint16(at, true)
      : bits === 24
        ? (at) => view.getUint16(at, true) + 2 ** 16 * view.getUint8(at + 2)
        : (at) => view.getUint32(at, true);
  const data = new Uint8Array(channels * width * height);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const first = start(y);
    for (let x = 0; x < width; x++) {
      const pixel = read(first + (x * bits) / 8);
      for (const { mask, shift, largest } of parts)
        data[next++] = Math.round((((pixel & mask) >>> shift) * 255) / largest);
    }
  }
  return { width, height, channels, data };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(part: string): InputError {
  return new InputError(`the picture is damaged or incomplete (its ${part})`);
}
