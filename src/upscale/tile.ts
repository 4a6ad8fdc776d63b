/**
 * Square tiles that overlap. Of each overlap the outer pixels are only context, as the network's zero padding
 * spoils them; in its middle the two results fade into each other, so that no seam shows. No float copy of the
 * whole result is needed: only the strips that wait for their neighbour are kept.
 */

import type { Rectangle } from '../image/crop.ts';
import type { Tensor } from '../tensor.ts';
import { type Canvas, copyRect } from './canvas.ts';
import type { Forward } from './forward.ts';

/** Least number of pixels on each side of a fade that a tile sees beyond it. */
export const TILE_CONTEXT = 8;
/** Width of the zone in which two tiles fade into each other. */
export const TILE_FADE = 8;
/** The smallest tile: fades of neighbours must not meet. */
export const MIN_TILE = 48;

/** A tile along one axis, in pixels of the small picture. */
export interface Span {
  readonly start: number;
  readonly size: number;
  /** Where its own part begins: at the fade with the previous tile, or at the picture's edge. */
  readonly from: number;
  /** Where its own part ends: at the fade with the next tile, or at the picture's edge. */
  readonly to: number;
  readonly fadesIn: boolean;
  readonly fadesOut: boolean;
}

/** Tiles of at most `tile` pixels that cover `length` pixels, spread evenly. */
export function tileSpans(length: number, tile: number): Span[] {
  const overlap = 2 * TILE_CONTEXT + TILE_FADE;
  const size = Math.min(tile, length);
  const count = length <= tile ? 1 : Math.ceil((length - overlap) / (tile - overlap));
  const starts = Array.from({ length: count }, (_, i) =>
    Math.round((i * (length - size)) / Math.max(1, count - 1)),
  );
  const fade = (i: number) => Math.floor((starts[i - 1]! + size + starts[i]! - TILE_FADE) / 2);
  return starts.map((start, i) => ({
    start,
    size,
    from: i === 0 ? 0 : fade(i),
    to: i === count - 1 ? length : fade(i + 1),
    fadesIn: i > 0,
    fadesOut: i < count - 1,
  }));
}

/** Enlarges a canvas tile by tile, row after row. */
export async function runTiled(canvas: Canvas, tile: number, scale: number, forward: Forward): Promise<void> {
  const columns = tileSpans(canvas.width, tile);
  let above: Tensor | undefined;
  for (const row of tileSpans(canvas.height, tile)) {
    let left: Tensor | undefined;
    let below: Tensor | undefined;
    for (const column of columns) {
      const input = { left: column.start, top: row.start, width: column.size, height: row.size };
      const output = await forward(canvas.read(input));
      const at = place(row, column, scale);
      if (left) fadeColumns(left, output, at.left);
      if (column.fadesOut)
        left = cutOut(output, {
          left: at.left + at.width,
          top: 0,
          width: TILE_FADE * scale,
          height: row.size * scale,
        });
      if (row.fadesOut) {
        below ??= emptyRows(output, TILE_FADE * scale, canvas.width * scale);
        const fade = { left: at.left, top: at.top + at.height, width: at.width, height: TILE_FADE * scale };
        copyRect(output, fade, below, column.from * scale, 0);
      }
      if (above) fadeRows(above, output, at, column.from * scale);
      canvas.write(output, at, column.from * scale, row.from * scale);
    }
    above = below;
  }
}

/** A tile's own part, in the coordinates of the tile's result. */
function place(row: Span, column: Span, scale: number): Rectangle {
  return {
    left: (column.from - column.start) * scale,
    top: (row.from - row.start) * scale,
    width: (column.to - column.from) * scale,
    height: (row.to - row.from) * scale,
  };
}

function cutOut(source: Tensor, area: Rectangle): Tensor {
  const strip = emptyRows(source, area.height, area.width);
  copyRect(source, area, strip, 0, 0);
  return strip;
}

function emptyRows(like: Tensor, height: number, width: number): Tensor {
  const channels = like.dims[1] ?? 0;
  return { data: new Float32Array(channels * height * width), dims: [1, channels, height, width] };
}

/** Blends `strip`, the previous tile's result, into the columns of `output` that begin at `x`. */
function fadeColumns(strip: Tensor, output: Tensor, x: number): void {
  const [, channels = 0, height = 0, width = 0] = output.dims;
  const fade = strip.dims[3] ?? 0;
  for (let row = 0; row < channels * height; row++) {
    for (let i = 0; i < fade; i++) {
      const at = row * width + x + i;
      output.data[at] = mix(strip.data[row * fade + i]!, output.data[at]!, (i + 0.5) / fade);
    }
  }
}

/** Blends `strip`, the result of the tiles above, from its column `left` on, into the top of `output`'s own part. */
function fadeRows(strip: Tensor, output: Tensor, at: Rectangle, left: number): void {
  const [, channels = 0, height = 0, width = 0] = output.dims;
  const [, , fade = 0, stripWidth = 0] = strip.dims;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < fade; i++) {
      const to = (c * height + at.top + i) * width + at.left;
      const from = (c * fade + i) * stripWidth + left;
      for (let k = 0; k < at.width; k++) {
        output.data[to + k] = mix(strip.data[from + k]!, output.data[to + k]!, (i + 0.5) / fade);
      }
    }
  }
}

function mix(before: number, after: number, share: number): number {
  return before + (after - before) * share;
}
