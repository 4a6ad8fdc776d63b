import type { Size, View } from './view.ts';

/** A part of the canvas, in its pixels. */
export interface Pane {
  readonly left: number;
  readonly width: number;
  /** What is seen of the pane, from its left edge; the rest of it is another picture's. */
  readonly from: number;
  readonly to: number;
}

/** From here on pixels are seen as squares; below, they are smoothed. */
const SQUARES = 2;

/** Draws a picture, stretched to `size`, into a pane of the canvas. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  size: Size,
  view: View,
  pane: Pane,
): void {
  const { height } = context.canvas;
  context.save();
  context.beginPath();
  context.rect(pane.left + pane.from, 0, pane.to - pane.from, height);
  context.clip();
  const width = size.width * view.zoom;
  context.imageSmoothingEnabled = width / bitmap.width < SQUARES;
  context.imageSmoothingQuality = 'high';
  // Between pixels of the screen a picture at 100 % would be blurred.
  const left = Math.floor(pane.left + pane.width / 2 - view.x * view.zoom);
  const top = Math.floor(height / 2 - view.y * view.zoom);
  context.drawImage(bitmap, left, top, width, size.height * view.zoom);
  context.restore();
}
