import { InputError } from '../errors.ts';

/** Samples of a picture: 8 bits (0..255), 16 bits (0..65535) or floating point (0..1, not clamped). */
export type Samples = Uint8Array | Uint16Array | Float32Array | Float64Array;

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture: rows from top to bottom, channels interleaved (H, W, C).
 * Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (alpha not premultiplied).
 */
export interface Image<S extends Samples = Samples> extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: S;
}

/** The value of full white: 255, 65535, or 1 for floating point. */
export function sampleMax(samples: Samples): 255 | 65535 | 1 {
  if (samples instanceof Uint8Array) return 255;
  return samples instanceof Uint16Array ? 65535 : 1;
}

/** Zeroed samples of the same type. */
export function samplesLike<S extends Samples>(samples: S, length: number): S {
  if (samples instanceof Uint8Array) return new Uint8Array(length) as S;
  if (samples instanceof Uint16Array) return new Uint16Array(length) as S;
  if (samples instanceof Float32Array) return new Float32Array(length) as S;
  return new Float64Array(length) as S;
}

/** Rounds half up and saturates to 0..max, as MATLAB does when it stores a double in an integer class. */
export function toInteger(value: number, max: number): number {
  if (value <= 0) return 0;
  return value >= max ? max : Math.floor(value + 0.5);
}

/** Rounds to the nearest whole number, half to the even one, as NumPy and PyTorch do. For values from 0. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Whether the last channel is alpha (2 or 4 channels). */
export function hasAlpha(image: Image): boolean {
  return image.channels === 2 || image.channels === 4;
}

/**
 * Checks that the sizes are whole and positive and that the data has width × height × channels samples.
 *
 * @throws {InputError} where not, naming the picture, what was expected and what was found.
 */
export function checkImage(image: Image, name = 'image'): void {
  const { width, height, channels, data } = image;
  if (!isSize(width) || !isSize(height)) {
    throw new InputError(`${name}: expected a width and height of 1 or more, found ${width}×${height}`);
  }
  if (![1, 2, 3, 4].includes(channels)) {
    throw new InputError(`${name}: expected 1, 2, 3 or 4 channels, found ${channels}`);
  }
  if (![Uint8Array, Uint16Array, Float32Array, Float64Array].some((kind) => data instanceof kind)) {
    const found = (data as object | undefined)?.constructor.name;
    throw new InputError(
      `${name}: expected samples as Uint8Array, Uint16Array, Float32Array or Float64Array, found ${found}`,
    );
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new InputError(
      `${name}: expected ${expected} samples for ${width}×${height}×${channels}, found ${data.length}`,
    );
  }
}

/** Checks that a scale is a whole number of 1 or more. @throws {InputError} where not. */
export function checkScale(scale: number): void {
  if (!isSize(scale)) throw new InputError(`scale: expected a whole number of 1 or more, found ${scale}`);
}

/** Whether a number of pixels, or a scale, can be. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
