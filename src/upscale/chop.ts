/**
 * `chop_forward` of the original RCAN code: the picture is cut into quarters that overlap, again and again until
 * a padded quarter is below a size, and the results are put together without blending. The published pictures
 * were made this way, so the layout is kept to the pixel.
 */
import { tensorCanvas } from './canvas.ts';
import type { Forward } from './forward.ts';
import { type Piece, runPieces } from './pieces.ts';
import { intersect, type Rect } from './rect.ts';

/** Pixels that a quarter reaches over the middle. */
export const CHOP_SHAVE = 10;
/** A quarter of at least so many pixels is cut again. */
export const CHOP_MIN_SIZE = 160_000;

/** The pieces of a picture, in the order in which the original runs them. Below 19 pixels: the whole picture. */
export function chopPieces(width: number, height: number): Piece[] {
  return cut({ x: 0, y: 0, width, height }, { x: 0, y: 0, width, height });
}

function cut(area: Rect, keep: Rect): Piece[] {
  const { x, y, width, height } = area;
  const halfWidth = Math.floor(width / 2);
  const halfHeight = Math.floor(height / 2);
  const w = halfWidth + CHOP_SHAVE;
  const h = halfHeight + CHOP_SHAVE;
  // The original fails here: its slices would begin before the picture.
  if (w > width || h > height) return [{ input: area, keep }];
  const quarters = [
    { at: { x, y }, use: { x, y, width: halfWidth, height: halfHeight } },
    {
      at: { x: x + width - w, y },
      use: { x: x + halfWidth, y, width: width - halfWidth, height: halfHeight },
    },
    {
      at: { x, y: y + height - h },
      use: { x, y: y + halfHeight, width: halfWidth, height: height - halfHeight },
    },
    {
      at: { x: x + width - w, y: y + height - h },
      use: { x: x + halfWidth, y: y + halfHeight, width: width - halfWidth, height: height - halfHeight },
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
