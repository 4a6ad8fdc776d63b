/** Which part of a picture a pane shows. Lengths of panes are in pixels of the screen, points in those of the picture. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface View {
  /** Pixels of the screen for each pixel of the picture. */
  readonly zoom: number;
  /** The point in the middle of the pane. */
  readonly x: number;
  readonly y: number;
}

const MOST_ZOOM = 32;
/** An icon is not blown up to fill the pane. */
const MOST_FITTED_ZOOM = 8;

/** The whole picture; small ones in whole pixels of the screen. */
export function fitted(picture: Size, pane: Size): View {
  const fit = Math.min(pane.width / picture.width, pane.height / picture.height, MOST_FITTED_ZOOM);
  const zoom = fit >= 2 ? Math.floor(fit) : fit;
  return { zoom, x: picture.width / 2, y: picture.height / 2 };
}

/** The size, or the largest of the same shape that has no more pixels than `most`. */
export function limited({ width, height }: Size, most: number): Size {
  const factor = Math.min(1, Math.sqrt(most / (width * height)));
  return {
    width: Math.max(1, Math.floor(width * factor)),
    height: Math.max(1, Math.floor(height * factor)),
  };
}

/** Whether a picture is seen whole, as at first. */
export function isFitted(view: View, picture: Size, pane: Size): boolean {
  const { zoom, x, y } = fitted(picture, pane);
  return near(view.zoom, zoom) && near(view.x, x) && near(view.y, y);
}

/** Whether a picture is seen larger than at first. */
export function isEnlarged(view: View, picture: Size, pane: Size): boolean {
  const { zoom } = fitted(picture, pane);
  return view.zoom > zoom && !near(view.zoom, zoom);
}

/** The view after the point at `at`, counted from the pane's middle, came nearer and stayed where it is. */
export function zoomed(view: View, factor: number, at: Point, picture: Size, pane: Size): View {
  const least = Math.min(1, fitted(picture, pane).zoom);
  const zoom = Math.min(MOST_ZOOM, Math.max(least, view.zoom * factor));
  const shift = 1 / view.zoom - 1 / zoom;
  return bounded({ zoom, x: view.x + at.x * shift, y: view.y + at.y * shift }, picture, pane);
}

/** The view after the picture was dragged. */
export function moved(view: View, by: Point, picture: Size, pane: Size): View {
  const { zoom, x, y } = view;
  return bounded({ zoom, x: x - by.x / zoom, y: y - by.y / zoom }, picture, pane);
}

/** Keeps the pane filled, and a picture that is smaller than the pane in its middle. */
export function bounded({ zoom, x, y }: View, picture: Size, pane: Size): View {
  return {
    zoom,
    x: within(x, picture.width, pane.width / zoom),
    y: within(y, picture.height, pane.height / zoom),
  };
}

/** Zooming in and out again leaves an error of rounding. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.abs(b);
}

function within(middle: number, length: number, seen: number): number {
  return seen >= length ? length / 2 : Math.min(length - seen / 2, Math.max(seen / 2, middle));
}
