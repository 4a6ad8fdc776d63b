import type { Rectangle } from '../image/crop.ts';
import type { Canvas } from './canvas.ts';
import type { Forward } from './forward.ts';

/** A part of the small picture that the network sees at once, and the part of its result that is used. */
export interface Piece {
  readonly input: Rectangle;
  readonly keep: Rectangle;
}

export function wholePicture({ width, height }: Canvas): Piece[] {
  const all = { left: 0, top: 0, width, height };
  return [{ input: all, keep: all }];
}

/** Enlarges a canvas piece by piece, without blending. */
export async function runPieces(
  canvas: Canvas,
  pieces: readonly Piece[],
  scale: number,
  forward: Forward,
): Promise<void> {
  for (const { input, keep } of pieces) {
    if (keep.width === 0 || keep.height === 0) continue;
    const output = await forward(canvas.read(input));
    const from = {
      left: (keep.left - input.left) * scale,
      top: (keep.top - input.top) * scale,
      width: keep.width * scale,
      height: keep.height * scale,
    };
    canvas.write(output, from, keep.left * scale, keep.top * scale);
  }
}
