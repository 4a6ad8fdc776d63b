import { InputError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { Upscaler } from './forward.ts';
import { MIN_TILE } from './tile.ts';

const MIB = 1024 ** 2;

/** Node, sharp and ONNX Runtime before any picture is open, and garbage that is not collected yet (bench/memory.mjs). */
const PROCESS_BYTES = 260 * MIB;
/** The state dict, the ONNX model, ONNX Runtime's copy and its repacked kernels. */
const COPIES_OF_WEIGHTS = 4;
/** The picture and its encoded or decoded file. */
const COPIES_OF_PICTURE = 2;
/** ONNX Runtime's arena grows by doubling, so up to half of it is unused. */
const ARENA_FACTOR = 2;
/** Bytes of one RGB sample triple as float32. Of Y it is a third, and the bicubic colours come on top. */
const FLOAT_PIXEL = 12;
/** A result exists in ONNX Runtime, in shared memory, here, and once more until the last one is collected. */
const COPIES_OF_RESULT = 4;

/** A tile is also a step of the progress and of Ctrl-C, and larger ones are no faster (bench/memory.mjs). */
const LARGEST_TILE = 1024;
/** With smaller tiles most of the work would be their overlap: no limit on the work of a tile goes below. */
const LEAST_LARGEST_TILE = 192;

/**
 * The side of the largest square tile with which the process stays within `memory` bytes; the larger side of the
 * picture where that fits at once.
 *
 * @throws {InputError} where not even the smallest tile fits
 */
export function autoTile(upscaler: Upscaler, image: Image, memory: number): number {
  const { scale } = upscaler;
  const { width, height } = image;
  const left = memory - fixedBytes(upscaler, image);
  const needs = (side: number) => {
    const columns = Math.min(side, width);
    const rows = Math.min(side, height);
    const tensors = FLOAT_PIXEL * columns * rows * (1 + COPIES_OF_RESULT * scale * scale);
    return ARENA_FACTOR * upscaler.activationBytes(columns, rows) + tensors;
  };
  if (needs(MIN_TILE) > left) {
    const enough = Math.ceil((memory - left + needs(MIN_TILE)) / MIB);
    throw new InputError(
      `a memory budget of ${Math.floor(memory / MIB)} MiB is too small for this picture: at least ${enough} MiB are needed`,
    );
  }
  let fits = MIN_TILE;
  let tooLarge = Math.min(Math.max(width, height, MIN_TILE), largestTile(upscaler)) + 1;
  while (tooLarge - fits > 1) {
    const side = Math.floor((fits + tooLarge) / 2);
    if (needs(side) <= left) fits = side;
    else tooLarge = side;
  }
  return fits;
}

/** Bytes of the process that no tile size changes: its programs, the weights, the picture and the enlarged one. */
export function fixedBytes(
  { scale, weightBytes }: Pick<Upscaler, 'scale' | 'weightBytes'>,
  { data }: Image,
): number {
  const pictures = COPIES_OF_PICTURE * data.byteLength * (1 + scale * scale);
  return PROCESS_BYTES + COPIES_OF_WEIGHTS * weightBytes + pictures;
}

/** Each weight is used about once per pixel. */
function largestTile({ tileWork = Number.POSITIVE_INFINITY, weightBytes }: Upscaler): number {
  const side = Math.floor(Math.sqrt(tileWork / (weightBytes / Float32Array.BYTES_PER_ELEMENT)));
  return Math.min(LARGEST_TILE, Math.max(LEAST_LARGEST_TILE, side));
}
