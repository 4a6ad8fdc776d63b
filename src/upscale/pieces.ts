import type { Canvas } from './canvas.ts';
import type { Forward } from './forward.ts';
import type { Rect } from './rect.ts';

/** A part of the small picture that the network sees at once, and the part of its result that is used. */
export interface Piece {
  readonly input: Rect;
  readonly keep: Rect;
}

export function wholePicture({ width, height }: Canvas): Piece[] {
  const all = { x: 0, y: 0, width, height };
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
      x: (keep.x - input.x) * scale,
      y: (keep.y - input.y) * scale,
      width: keep.width * scale,
      height: keep.height * scale,
    };
    canvas.write(output, from, keep.x * scale, keep.y * scale);
  }
}
