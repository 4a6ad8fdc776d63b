/**
 * Where everything stands in a figure of crops, in pixels: the whole picture on the left with the region
 * marked, on the right a grid of the enlarged region, below each crop two lines of text, at the foot a line
 * on how the numbers were made. Pure arithmetic; the drawing is done elsewhere.
 */
import { InputError } from '../errors.ts';
import type { Rectangle } from '../image/crop.ts';
import type { Size } from '../image/image.ts';

export interface FigureSpec {
  /** Of the whole picture. */
  readonly picture: Size;
  /** The part of it that is enlarged. */
  readonly region: Rectangle;
  /** Crops in the grid, HR among them. */
  readonly crops: number;
  /** About how wide the figure shall be; crops that are enlarged by a whole factor change it a little. */
  readonly width?: number;
}

export const FIGURE_DEFAULTS = { width: 2000 } as const satisfies Partial<FigureSpec>;

/** One line of text, centred in its box; `size` is the height of an em. */
export interface TextBox extends Rectangle {
  readonly size: number;
}

export interface FigureLayout {
  readonly width: number;
  readonly height: number;
  readonly picture: Rectangle;
  readonly name: TextBox;
  readonly subtitle: TextBox;
  /** The frame's inner edge; it is drawn outwards. */
  readonly marker: Rectangle;
  readonly markerWidth: number;
  readonly crops: readonly { readonly image: Rectangle; readonly name: TextBox; readonly values: TextBox }[];
  readonly footnote: TextBox;
}

/** Lengths in a figure 2000 pixels wide. */
const MARGIN = 16;
const GAP = 20;
const ROW_GAP = 18;
const TEXT = 34;
const SMALL_TEXT = 25;
const LINE = 1.28;
const ABOVE_TEXT = 8;
const ABOVE_FOOTNOTE = 14;
const MARKER = 5;
/** Largest share of the width for the whole picture, which a panorama would otherwise fill. */
const PICTURE_SHARE = 0.68;

/** @throws {InputError} where there is no crop. */
export function layoutFigure(spec: FigureSpec): FigureLayout {
  const { picture, region, crops, width } = { ...FIGURE_DEFAULTS, ...spec };
  if (!(crops >= 1)) throw new InputError(`crops: expected 1 or more, found ${crops}`);
  const px = (length: number) => Math.max(1, Math.round((length * width) / FIGURE_DEFAULTS.width));
  const [margin, gap] = [px(MARGIN), px(GAP)];
  const { rows, columns } = gridOf(crops);
  const below = captionBelow(px(ABOVE_TEXT), px(TEXT));
  const rowStep = (crop: Size) => crop.height + below.height + px(ROW_GAP);
  const gridHeight = (crop: Size) => (rows - 1) * rowStep(crop) + crop.height;
  const widest = Math.round(width * PICTURE_SHARE);
  const whole = (crop: Size) => fitInside(picture, { width: widest, height: gridHeight(crop) });

  const crop = cropSize(region, (size) => {
    return 2 * margin + whole(size).width + columns * (gap + size.width) - width;
  });
  const placed = { left: margin, top: margin, ...whole(crop) };
  const gridLeft = margin + placed.width + gap;
  const figureWidth = gridLeft + columns * (crop.width + gap) - gap + margin;
  const footTop = margin + gridHeight(crop) + below.height + px(ABOVE_FOOTNOTE);
  const foot = {
    left: margin,
    top: footTop,
    width: figureWidth - 2 * margin,
    height: lineHeight(px(SMALL_TEXT)),
  };
  const [name, subtitle] = below.lines(placed);
  return {
    width: figureWidth,
    height: foot.top + foot.height + margin,
    picture: placed,
    name,
    subtitle,
    marker: mark(region, picture, placed),
    markerWidth: px(MARKER),
    crops: Array.from({ length: crops }, (_, i) => {
      const left = gridLeft + (i % columns) * (crop.width + gap);
      const image = { left, top: margin + Math.floor(i / columns) * rowStep(crop), ...crop };
      const [title, values] = below.lines(image);
      return { image, name: title, values };
    }),
    footnote: { ...foot, size: px(SMALL_TEXT) },
  };
}

/** Two lines of text below a picture. */
function captionBelow(distance: number, size: number) {
  const height = lineHeight(size);
  const line = (picture: Rectangle, index: number): TextBox => {
    const top = picture.top + picture.height + distance + index * height;
    return { left: picture.left, top, width: picture.width, height, size };
  };
  const lines = (picture: Rectangle): [TextBox, TextBox] => [line(picture, 0), line(picture, 1)];
  return { height: distance + 2 * height, lines };
}

/** One row for few crops; otherwise rows that are full, or lack one crop. */
function gridOf(crops: number): { rows: number; columns: number } {
  const rows = crops <= 3 || crops === 5 ? 1 : crops <= 8 ? 2 : Math.ceil(crops / 4);
  return { rows, columns: Math.ceil(crops / rows) };
}

function lineHeight(size: number): number {
  return Math.round(size * LINE);
}

/**
 * Size of the enlarged region: enlarged by the whole factor with which the figure comes nearest to its width, so
 * that all pixels become squares of one size; a region that must be reduced fills the width exactly.
 *
 * @param excess how much wider than wanted the figure is with crops of a size.
 */
function cropSize(region: Size, excess: (crop: Size) => number): Size {
  const scaled = (factor: number): Size => ({
    width: Math.max(1, Math.round(region.width * factor)),
    height: Math.max(1, Math.round(region.height * factor)),
  });
  if (excess(scaled(1)) > 0) return scaled(largestBelowOne((factor) => excess(scaled(factor)) <= 0));
  let factor = 1;
  while (excess(scaled(factor + 1)) <= 0) factor++;
  const tooNarrow = -excess(scaled(factor));
  return scaled(tooNarrow <= excess(scaled(factor + 1)) ? factor : factor + 1);
}

function largestBelowOne(fits: (factor: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function fitInside(picture: Size, box: Size): Size {
  const factor = Math.min(box.width / picture.width, box.height / picture.height);
  return {
    width: Math.max(1, Math.round(picture.width * factor)),
    height: Math.max(1, Math.round(picture.height * factor)),
  };
}

/** The region as it lies in the picture that was placed. */
function mark(region: Rectangle, picture: Size, placed: Rectangle): Rectangle {
  const x = placed.width / picture.width;
  const y = placed.height / picture.height;
  const left = Math.round(region.left * x);
  const top = Math.round(region.top * y);
  return {
    left: placed.left + left,
    top: placed.top + top,
    width: Math.max(1, Math.round((region.left + region.width) * x) - left),
    height: Math.max(1, Math.round((region.top + region.height) * y) - top),
  };
}
