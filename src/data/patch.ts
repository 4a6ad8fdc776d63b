/** Pixels of a patch as a network sees them. */
import { greyToRgb, LUMA_FORMULAS } from '../image/colour.ts';
import { crop, type Rectangle } from '../image/crop.ts';
import type { Image, Size } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import { BICUBIC_REACH } from '../image/kernels.ts';
import type { Orientation } from './sampler.ts';

/** What a network expects of its input. */
export interface ValueFormat {
  /** 3 for RGB, where grey is repeated; 1 for Y. */
  readonly colors: 1 | 3;
  /** Which Y. */
  readonly luma: keyof typeof LUMA_FORMULAS;
  /** White is this value. */
  readonly valueRange: number;
}

/** A picture of 8 bits, grey or RGB, as values 0..valueRange that are not rounded. */
export function toValues(image: Image<Uint8Array>, format: ValueFormat): Image<Float32Array> {
  const data = format.colors === 1 ? lumaValues(image, format) : colourValues(image, format);
  return { ...image, channels: format.colors, data };
}

// Loops, as `from` and a function take fifteen times as long.
function colourValues(image: Image<Uint8Array>, { valueRange }: ValueFormat): Float32Array {
  const { data } = greyToRgb(image);
  const unit = valueRange / 255;
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = data[i]! * unit;
  return values;
}

function lumaValues({ width, height, channels, data }: Image<Uint8Array>, format: ValueFormat): Float32Array {
  const { weights, offset } = LUMA_FORMULAS[format.luma];
  const unit = format.valueRange / 255;
  const [red, green, blue] = weights;
  const [toGreen, toBlue] = channels === 1 ? [0, 0] : [1, 2];
  const values = new Float32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += channels) {
    const colour = red * data[at]! + green * data[at + toGreen]! + blue * data[at + toBlue]!;
    values[i] = (255 * offset + colour) * unit;
  }
  return values;
}

/**
 * The part of the small picture that must be read to have a square of it enlarged as if the whole picture were: wider
 * by the kernel's reach, where the picture goes on. At its edges the kernel sees the same border either way.
 */
export function areaToEnlarge(square: Rectangle, picture: Size): Rectangle {
  return withMargin(square, BICUBIC_REACH, picture);
}

/** A rectangle with more on every side, as far as the picture goes. */
export function withMargin({ left, top, width, height }: Rectangle, margin: number, within: Size): Rectangle {
  const [x, y] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  const right = Math.min(within.width, left + width + margin);
  const bottom = Math.min(within.height, top + height + margin);
  return { left: x, top: y, width: right - x, height: bottom - y };
}

/**
 * Bicubic interpolation of a square inside `image`, for networks that see the picture already enlarged: neither rounded
 * nor clamped, as when pictures are enlarged with them.
 *
 * @param square in pixels of `image`, with as much around it as `areaToEnlarge` says
 */
export function enlarge(image: Image<Float32Array>, square: Rectangle, scale: number): Image<Float32Array> {
  return crop(imresize(image, scale), timesScale(square, scale));
}

/** The part of HR that belongs to a part of LR. */
export function timesScale({ left, top, width, height }: Rectangle, scale: number): Rectangle {
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}

/** Where a rectangle lies seen from the corner of another one. */
export function seenFrom(rectangle: Rectangle, corner: Rectangle): Rectangle {
  return { ...rectangle, left: rectangle.left - corner.left, top: rectangle.top - corner.top };
}

/** Writes a square picture, turned and mirrored, as planes: [H, W, C] becomes [C, H, W]. */
export function writePlanes(image: Image<Float32Array>, orientation: Orientation, out: Float32Array): void {
  const { width: side, channels, data } = image;
  const { flipX, flipY, transpose } = orientation;
  const column = flipX ? -channels : channels;
  const row = (flipY ? -side : side) * channels;
  const start = (flipX ? (side - 1) * channels : 0) + (flipY ? (side - 1) * side * channels : 0);
  const [toRight, toBottom] = transpose ? [row, column] : [column, row];
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < side; y++) {
      let from = start + channel + y * toBottom;
      for (let x = 0; x < side; x++, from += toRight) out[to++] = data[from]!;
    }
  }
}
