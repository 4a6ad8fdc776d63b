/** Which part of a picture a figure enlarges. */
import { InputError } from '../errors.ts';
import type { Rectangle } from '../image/crop.ts';
import { checkScale, type Image } from '../image/image.ts';
import { toPlanes } from '../metrics/planes.ts';
import { findProtocol } from '../metrics/protocols.ts';

/** What pictures are compared in. */
const Y = findProtocol('rcan-matlab');
/** Side of the region that is chosen automatically, as a share of the picture's smaller side. */
const SHARE = 1 / 6;
const MIN_SIDE = 40;
/** Smaller gains are rounding errors of the sums. */
const GAIN = 1e-9;

/**
 * The square where the candidates differ most: where the mean absolute deviation of their Y from its mean over
 * the candidates is largest, with a lone candidate where it differs most from HR. Its side is a sixth of the
 * picture's smaller side, at least 40 pixels where the picture has them; side and place are multiples of the
 * scale, so that the square is whole in LR too. Of equals the first from the top left is taken.
 *
 * @param hr a picture whose sides are multiples of the scale (`modcrop`).
 * @param candidates pictures of the same size, at least one.
 * @throws {InputError} where the sizes differ or there is no candidate.
 */
export function autoRegion(hr: Image, candidates: readonly Image[], scale: number): Rectangle {
  checkScale(scale);
  if (candidates.length === 0) throw new InputError('candidates: expected at least one picture, found none');
  const compared = candidates.length > 1 ? candidates : [hr, ...candidates];
  for (const { width, height } of compared) {
    if (width !== hr.width || height !== hr.height) {
      throw new InputError(
        `candidates: expected pictures of ${hr.width}×${hr.height} like HR, found ${width}×${height}`,
      );
    }
  }
  const side = autoSide(hr, scale);
  return densestSquare(deviation(compared), hr.width, hr.height, side, scale);
}

function autoSide({ width, height }: Image, scale: number): number {
  const smaller = Math.min(width, height);
  const wanted = Math.ceil(Math.max(MIN_SIDE, smaller * SHARE) / scale) * scale;
  return Math.min(wanted, Math.max(scale, smaller - (smaller % scale)));
}

/** For each pixel: how far the pictures' Y (0..255) are from their mean, on average. */
function deviation(pictures: readonly Image[]): Float64Array {
  const planes = pictures.map((picture) => toPlanes(picture, Y).planes[0]!);
  const result = new Float64Array(planes[0]!.length);
  for (let i = 0; i < result.length; i++) {
    let mean = 0;
    for (const plane of planes) mean += plane[i]! / planes.length;
    for (const plane of planes) result[i]! += Math.abs(plane[i]! - mean) / planes.length;
  }
  return result;
}

function densestSquare(
  values: Float64Array,
  width: number,
  height: number,
  side: number,
  step: number,
): Rectangle {
  const sums = integral(values, width, height);
  const row = width + 1;
  let best = { left: 0, top: 0, sum: Number.NEGATIVE_INFINITY };
  for (let top = 0; top + side <= height; top += step) {
    const [above, below] = [top * row, (top + side) * row];
    for (let left = 0; left + side <= width; left += step) {
      const right = left + side;
      const sum = sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!;
      if (sum > best.sum + GAIN * side * side) best = { left, top, sum };
    }
  }
  return { left: best.left, top: best.top, width: side, height: side };
}

/** Sums over all rectangles from the top left corner: (height + 1) × (width + 1), the first row and column 0. */
function integral(values: Float64Array, width: number, height: number): Float64Array {
  const row = width + 1;
  const sums = new Float64Array(row * (height + 1));
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += values[y * width + x]!;
      sums[(y + 1) * row + x + 1] = sums[y * row + x + 1]! + sum;
    }
  }
  return sums;
}
