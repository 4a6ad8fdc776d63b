import { InputError } from '../errors.ts';
import { BORDERS, type Border, kernelTaps, makeAxis } from './axis.ts';
import { checkImage, type Image, isSize, type Samples, type Size } from './image.ts';
import { KERNELS, type KernelName } from './kernels.ts';
import { resample } from './resample.ts';

export interface ImresizeOptions {
  readonly kernel?: KernelName;
  /** Stretches the kernel when a dimension shrinks. Left out: true, but false for `nearest`, as in MATLAB. */
  readonly antialias?: boolean;
  /** `symmetric` in today's MATLAB, `replicate` in an older one. */
  readonly border?: Border;
  /** Rounds 8- and 16-bit samples between the passes, as MATLAB does; no effect on floating point. */
  readonly roundBetweenPasses?: boolean;
}

/**
 * One rule for every sample type: what today's MATLAB does. The published LR pictures of Set5 ×2, ×3 and ×4
 * were made by an older MATLAB and need `border: 'replicate'`; those of Set5 ×8 and Set14 need nothing.
 */
export const IMRESIZE_DEFAULTS = {
  kernel: 'bicubic',
  antialias: true,
  border: 'symmetric',
  roundBetweenPasses: true,
} as const satisfies ImresizeOptions;

/**
 * Resizes as MATLAB's `imresize` does.
 *
 * A number scales both dimensions, and the result has ceil(size · scale) samples in each; a size gives each
 * dimension the scale output / input. The dimension that shrinks more (or grows less) goes first, height
 * where both are equal. Sums are in double precision. 8- and 16-bit samples are rounded half up and
 * saturated, after the first pass too; floating point is neither rounded nor clamped, so bicubic overshoots.
 * Channels are independent: alpha is resized like any other, so premultiply where that matters.
 *
 * @param image H × W × C, left as it is.
 * @returns a new picture with the input's sample type and channels.
 * @throws {InputError} for a malformed picture, scale, size or option.
 */
export function imresize<S extends Samples>(
  image: Image<S>,
  scaleOrSize: number | Size,
  options: ImresizeOptions = {},
): Image<S> {
  checkImage(image);
  const target = targetOf(image, scaleOrSize);
  const { kernel, antialias, border, roundBetweenPasses } = withDefaults(options);
  const axis = (input: number, output: number, scale: number) =>
    makeAxis(input, kernelTaps(output, scale, KERNELS[kernel], antialias), border);
  return resample(image, {
    height: axis(image.height, target.height, target.heightScale),
    width: axis(image.width, target.width, target.widthScale),
    first: target.heightScale <= target.widthScale ? 'height' : 'width',
    roundBetweenPasses,
  });
}

function withDefaults(options: ImresizeOptions): Required<ImresizeOptions> {
  const kernel = options.kernel ?? IMRESIZE_DEFAULTS.kernel;
  const border = options.border ?? IMRESIZE_DEFAULTS.border;
  const antialias = options.antialias ?? (kernel === 'nearest' ? false : IMRESIZE_DEFAULTS.antialias);
  if (!Object.hasOwn(KERNELS, kernel)) {
    throw new InputError(`kernel: expected one of ${Object.keys(KERNELS).join(', ')}, found ${kernel}`);
  }
  if (!BORDERS.includes(border)) {
    throw new InputError(`border: expected ${BORDERS.join(' or ')}, found ${border}`);
  }
  const roundBetweenPasses = options.roundBetweenPasses ?? IMRESIZE_DEFAULTS.roundBetweenPasses;
  return { kernel, antialias, border, roundBetweenPasses };
}

function targetOf(image: Image, scaleOrSize: number | Size) {
  if (typeof scaleOrSize === 'number') {
    const scale = scaleOrSize;
    if (!(scale > 0 && Number.isFinite(scale))) {
      throw new InputError(`scale: expected a finite number above 0, found ${scale}`);
    }
    const [width, height] = [Math.ceil(image.width * scale), Math.ceil(image.height * scale)];
    return { width, height, widthScale: scale, heightScale: scale };
  }
  const { width, height } = scaleOrSize;
  if (!isSize(width) || !isSize(height)) {
    throw new InputError(`size: expected a whole width and height of 1 or more, found ${width}×${height}`);
  }
  return { width, height, widthScale: width / image.width, heightScale: height / image.height };
}
