import { InputError } from '../errors.ts';
import { type Axis, makeAxis, normaliseTaps } from './axis.ts';
import { checkImage, type Image, isSize, type Size } from './image.ts';
import { cubic } from './kernels.ts';
import { resample } from './resample.ts';

/** Pillow keeps weights as 32-bit integers with this many binary places (`PRECISION_BITS` in Resample.c). */
const PRECISION = 2 ** 22;

/**
 * `Image.resize(size, BICUBIC)` of Pillow for 8 bits, to the last bit: antialiased, weights in fixed point,
 * taps outside the picture dropped and the others made to sum to 1, width first, 8 bits between the passes.
 * SRCNN and ESPCN in PyTorch were trained on such pictures. Without alpha, which Pillow premultiplies.
 *
 * @throws {InputError} for a malformed picture or size.
 */
export function pillowBicubic(image: Image<Uint8Array>, { width, height }: Size): Image<Uint8Array> {
  checkImage(image);
  if (!isSize(width) || !isSize(height)) {
    throw new InputError(`size: expected a whole width and height of 1 or more, found ${width}×${height}`);
  }
  return resample(image, {
    height: pillowAxis(image.height, height),
    width: pillowAxis(image.width, width),
    first: 'width',
    roundBetweenPasses: true,
  });
}

function pillowAxis(inputSize: number, outputSize: number): Axis {
  const kernel = cubic(-0.5);
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const left = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * taps);
  for (let i = 0; i < outputSize; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.trunc(centre - support + 0.5);
    const from = Math.max(0, start);
    const to = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    left[i] = start;
    for (let j = from; j < to; j++) {
      weights[i * taps + j - start] = kernel.weight((j - centre + 0.5) * (1 / stretch));
    }
  }
  normaliseTaps(weights, taps);
  const fixed = weights.map((weight) => Math.trunc(weight * PRECISION + Math.sign(weight) * 0.5) / PRECISION);
  return makeAxis(inputSize, { left, taps, weights: fixed }, 'replicate');
}
