/**
 * `chop_forward` of the original RCAN code: the picture is cut into quarters that overlap, again and again until
 * a padded quarter is below a size, and the results are put together without blending. The published pictures
 * were made this way, so the layout is kept to the pixel.
 */

import type { Rectangle } from '../image/crop.ts';
import { tensorCanvas } from './canvas.ts';
import type { Forward } from './forward.ts';
import { type Piece, runPieces } from './pieces.ts';
import { intersect } from './rect.ts';

/** Pixels that a quarter reaches over the middle. */
const CHOP_SHAVE = 10;
/** A quarter of at least so many pixels is cut again. */
export const CHOP_MIN_SIZE = 160_000;

/** The pieces of a picture, in the order in which the original runs them. Below 19 pixels: the whole picture. */
export function chopPieces(width: number, height: number): Piece[] {
  return cut({ left: 0, top: 0, width, height }, { left: 0, top: 0, width, height });
}

function cut(area: Rectangle, keep: Rectangle): Piece[] {
  const { left, top, width, height } = area;
  const halfWidth = Math.floor(width / 2);
  const halfHeight = Math.floor(height / 2);
  const w = halfWidth + CHOP_SHAVE;
  const h = halfHeight + CHOP_SHAVE;
  // The original fails here: its slices would begin before the picture.
  if (w > width || h > height) return [{ input: area, keep }];
  const quarters = [
    { at: { left, top }, use: { left, top, width: halfWidth, height: halfHeight } },
    {
      at: { left: left + width - w, top },
      use: { left: left + halfWidth, top, width: width - halfWidth, height: halfHeight },
    },
    {
      at: { left, top: top + height - h },
      use: { left, top: top + halfHeight, width: halfWidth, height: height - halfHeight },
    },
    {
      at: { left: left + width - w, top: top + height - h },
      use: {
        left: left + halfWidth,
        top: top + halfHeight,
        width: width - halfWidth,
        height: height - halfHeight,
      },
    },
  ];
  return quarters.flatMap(({ at, use }) => {
    const input = { ...at, width: w, height: h };
    const kept = intersect(use, keep);
    return w * h < CHOP_MIN_SIZE ? [{ input, keep: kept }] : cut(input, kept);
  });
}

/** A forward that chops its input: what the original's self-ensemble averages. */
export function chopped(scale: number, forward: Forward): Forward {
  return async (input) => {
    const [, channels = 0, height = 0, width = 0] = input.dims;
    const dims = [1, channels, height * scale, width * scale];
    const output = { data: new Float32Array(channels * height * width * scale * scale), dims };
    await runPieces(tensorCanvas(input, output), chopPieces(width, height), scale, forward);
    return output;
  };
}
