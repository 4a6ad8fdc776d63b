import { InputError } from '../errors.ts';
import { checkImage, type Image, type Samples, sampleMax, samplesLike, toInteger } from './image.ts';

type Row = readonly [number, number, number];
type Matrix = readonly [Row, Row, Row];

/**
 * ITU-R BT.601 with studio range, as in MATLAB's `rgb2ycbcr`: RGB of 0..1 to Y of 16..235 and Cb, Cr of
 * 16..240. Source: MATLAB's documentation of `rgb2ycbcr`.
 */
const BT601: { readonly toYcbcr: Matrix; readonly offset: Row; readonly toRgb: Matrix } = {
  toYcbcr: [
    [65.481, 128.553, 24.966],
    [-37.797, -74.203, 112],
    [112, -93.786, -18.214],
  ],
  offset: [16, 128, 128],
  /** The inverse as MATLAB's `ycbcr2rgb` has it, two entries of about 10⁻⁹ and 10⁻⁸ set to zero. */
  toRgb: [
    [0.0045662100456621, 0, 0.00625892896994393],
    [0.0045662100456621, -0.0015363236860449, -0.0031881109496557],
    [0.0045662100456621, 0.00791071623355474, 0],
  ],
};

/** Y of RGB is offset + weights · RGB, as shares of full white. */
export interface LumaFormula {
  readonly weights: Row;
  readonly offset: number;
}

/** The weights of R, G and B (0..1) in Y, and the Y of black. */
const [RED, GREEN, BLUE] = BT601.toYcbcr[0];
const [BLACK] = BT601.offset;

/**
 * The Y that networks of one colour work on. Studio (16..235 of 255) is MATLAB's `rgb2ycbcr`, 65.738 / 256 for red
 * where yjn870's code has 64.738 by mistake (white then is 234 instead of 235). Full (0..255) is JPEG's.
 */
export const LUMA_FORMULAS: Readonly<Record<'studio' | 'full', LumaFormula>> = {
  studio: { weights: [RED / 255, GREEN / 255, BLUE / 255], offset: BLACK / 255 },
  full: { weights: [0.299, 0.587, 0.114], offset: 0 },
};

/**
 * Y of RGB values of 0..255, in 16..235 and rounded to single precision where RCAN's MATLAB script
 * (`Evaluate_PSNR_SSIM.m`) does: R, G, B / 255 in double, Y / 255 as single, times 255 as single.
 */
export function lumaMatlab(r: number, g: number, b: number): number {
  const y = BLACK / 255 + (RED * (r / 255) + GREEN * (g / 255) + BLUE * (b / 255)) / 255;
  return Math.fround(Math.fround(y) * 255);
}

/**
 * Y of RGB values of 0..255, in 16..235 and rounded to single precision where BasicSR does
 * (`to_y_channel` and `bgr2ycbcr`): R, G, B / 255 as single, Y / 255 as single, times 255 as single.
 */
export function lumaBasicsr(r: number, g: number, b: number): number {
  const [red, green, blue] = [Math.fround(r / 255), Math.fround(g / 255), Math.fround(b / 255)];
  const y = (BLUE * blue + GREEN * green + RED * red + BLACK) / 255;
  return Math.fround(Math.fround(y) * 255);
}

/**
 * Y of RGB values of 0..255, in 16..235, with the constants of EDSR-PyTorch's `calc_psnr`, which RCAN's and
 * HAN's own code share (white gives 235.0005).
 */
export function lumaEdsr(r: number, g: number, b: number): number {
  return 16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256;
}

/**
 * RGB to YCbCr (BT.601, studio range) as MATLAB's `rgb2ycbcr`: integers are rounded half up, 8 bits give
 * Y of 16..235, floating point gives Y of 16/255..235/255.
 *
 * @throws {InputError} unless the picture has 3 channels.
 */
export function rgbToYcbcr<S extends Samples>(image: Image<S>): Image<S> {
  const { toYcbcr, offset } = BT601;
  const scaled = toYcbcr.map(([r, g, b]) => [r / 255, g / 255, b / 255] as const) as unknown as Matrix;
  return mapColours(image, 'rgbToYcbcr', scaled, [offset[0] / 255, offset[1] / 255, offset[2] / 255]);
}

/**
 * YCbCr (BT.601, studio range) to RGB as MATLAB's `ycbcr2rgb`, but floating point is not clamped to 0..1.
 *
 * @throws {InputError} unless the picture has 3 channels.
 */
export function ycbcrToRgb<S extends Samples>(image: Image<S>): Image<S> {
  const { toRgb, offset } = BT601;
  const scaled = toRgb.map(([y, cb, cr]) => [255 * y, 255 * cb, 255 * cr] as const) as unknown as Matrix;
  const shift = toRgb.map(([y, cb, cr]) => -(y * offset[0] + cb * offset[1] + cr * offset[2]));
  return mapColours(image, 'ycbcrToRgb', scaled, shift as unknown as Row);
}

/** Repeats a grey picture in three channels, as RCAN's script prepares grey pictures; others stay as they are. */
export function greyToRgb<S extends Samples>(image: Image<S>): Image<S> {
  checkImage(image);
  if (image.channels !== 1) return image;
  const data = samplesLike(image.data, 3 * image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = image.data[Math.floor(i / 3)]!;
  return { ...image, channels: 3, data };
}

/** matrix · colour + shift for every pixel, where the shift is given for a full white of 1. */
function mapColours<S extends Samples>(image: Image<S>, name: string, matrix: Matrix, shift: Row): Image<S> {
  checkImage(image);
  if (image.channels !== 3) {
    throw new InputError(`${name}: expected 3 channels without alpha, found ${image.channels}`);
  }
  const max = sampleMax(image.data);
  const data = samplesLike(image.data, image.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [x, y, z] = [image.data[i]!, image.data[i + 1]!, image.data[i + 2]!];
    for (let c = 0; c < 3; c++) {
      const row = matrix[c]!;
      const value = row[0] * x + row[1] * y + row[2] * z + shift[c]! * max;
      data[i + c] = max === 1 ? value : toInteger(value, max);
    }
  }
  return { ...image, data };
}
