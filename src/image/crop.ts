import { InputError } from '../errors.ts';
import { checkImage, checkScale, type Image, type Samples, type Size, samplesLike } from './image.ts';

/** A part of a picture, in pixels from its top left corner. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Whether a rectangle is not empty and lies inside a picture. */
export function isInside({ left, top, width, height }: Rectangle, picture: Size): boolean {
  const fits = left >= 0 && top >= 0 && left + width <= picture.width && top + height <= picture.height;
  return fits && width >= 1 && height >= 1;
}

/**
 * Copies a rectangle of a picture.
 *
 * @throws {InputError} where the rectangle is empty or reaches outside, naming both.
 */
export function crop<S extends Samples>(image: Image<S>, rectangle: Rectangle): Image<S> {
  checkImage(image);
  const { left, top, width, height } = rectangle;
  const whole = [left, top, width, height].every(Number.isSafeInteger);
  if (!whole || !isInside(rectangle, image)) {
    throw new InputError(
      `crop: ${width}×${height} at (${left}, ${top}) is no part of the ${image.width}×${image.height} picture`,
    );
  }
  const { channels } = image;
  const length = width * channels;
  const data = samplesLike(image.data, length * height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + length), y * length);
  }
  return { width, height, channels, data };
}

/**
 * Cuts the right and bottom edge so that both sizes are multiples of the scale, as before making an LR picture.
 *
 * @throws {InputError} where the scale is not a whole number or the picture is smaller than it.
 */
export function modcrop<S extends Samples>(image: Image<S>, scale: number): Image<S> {
  checkScale(scale);
  if (image.width < scale || image.height < scale) {
    throw new InputError(
      `modcrop: expected at least ${scale}×${scale} pixels for scale ${scale}, found ${image.width}×${image.height}`,
    );
  }
  const width = image.width - (image.width % scale);
  const height = image.height - (image.height % scale);
  return crop(image, { left: 0, top: 0, width, height });
}

/**
 * Cuts `pixels` from every side.
 *
 * @throws {InputError} where nothing would be left.
 */
export function shave<S extends Samples>(image: Image<S>, pixels: number): Image<S> {
  const width = image.width - 2 * pixels;
  const height = image.height - 2 * pixels;
  if (!(Number.isSafeInteger(pixels) && pixels >= 0 && width > 0 && height > 0)) {
    throw new InputError(
      `shave: expected a picture larger than ${2 * pixels}×${2 * pixels} to cut ${pixels} from every side, ` +
        `found ${image.width}×${image.height}`,
    );
  }
  return crop(image, { left: pixels, top: pixels, width, height });
}
