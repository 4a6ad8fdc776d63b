// @ts-check
/** What makes a picture fit to learn from, and when two files hold the same picture. */
import { greyToRgb, lumaMatlab } from '../../dist/image/colour.js';
import { modcrop } from '../../dist/image/crop.js';
import { imresize } from '../../dist/image/imresize.js';
import { psnr } from '../../dist/metrics/psnr.js';
import { toEightBits } from '../../dist/node/write-picture.js';

/** @typedef {import('../../dist/image/image.js').Image<Uint8Array>} Image */
/** @typedef {import('../../dist/node/picture.js').Picture} Picture */

/** A picture whose shorter side has fewer pixels is left out. */
export const SMALLEST_SIDE = 256;
/** Where bicubic ×2 is better than this (dB), a large picture is soft, and reduced. */
export const SOFT = 40;
/** Where bicubic ×2 is better than this (dB), a picture is almost flat, and left out. */
export const FLAT = 46;
/** Edges along the 8×8 grid of JPEG that are stronger than elsewhere by this factor are artefacts. */
export const BLOCKY = 1.06;
/** Bits out of 256 in which the fingerprints of one picture may differ; those of two differ in about half. */
export const SAME = 32;

/** sharp's names of the formats that keep every pixel; WebP and AVIF are taken for lossy. */
const LOSSLESS = ['png', 'tiff', 'bmp', 'gif'];

/**
 * The picture as it is learnt from: 8-bit RGB, reduced by 2 where it was JPEG or the like, and then while it is soft
 * and large.
 *
 * @param {Picture} picture
 * @returns {{ image: Image, reduced: number } | { reason: string }} `reduced`: by what factor; or why it is left out
 */
export function prepare(picture) {
  if (picture.image.channels % 2 === 0) return { reason: 'has an alpha channel' };
  let image = greyToRgb(toEightBits(picture.image));
  let reduced = 1;
  const halve = () => {
    image = imresize(image, 0.5);
    reduced *= 2;
  };
  if (!LOSSLESS.includes(picture.format) || blockEdges(image) > BLOCKY) halve();
  while (shorterSide(image) >= 4 * SMALLEST_SIDE && bicubicPsnr(image) > SOFT) halve();
  if (shorterSide(image) < SMALLEST_SIDE)
    return { reason: `has fewer than ${SMALLEST_SIDE} pixels on one side` };
  if (bicubicPsnr(image) > FLAT) return { reason: 'is almost flat' };
  return { image, reduced };
}

/** @param {Image} image */
function shorterSide({ width, height }) {
  return Math.min(width, height);
}

/**
 * PSNR on Y (dB) of a picture that bicubic reduces and enlarges by 2: high where there is little detail.
 *
 * @param {Image} image RGB
 */
export function bicubicPsnr(image) {
  const even = modcrop(image, 2);
  return psnr(imresize(imresize(even, 0.5), 2), even, { protocol: 'rcan-matlab', scale: 2 });
}

/**
 * How much stronger neighbours differ across the edges of JPEG's 8×8 blocks than elsewhere: about 1 for a picture
 * that was never JPEG or was resized since. The weaker of the two directions counts.
 *
 * @param {Image} image
 */
export function blockEdges(image) {
  return Math.min(edgeRatio(image, 'x'), edgeRatio(image, 'y'));
}

/**
 * @param {Image} image
 * @param {'x' | 'y'} direction
 */
function edgeRatio({ width, height, channels, data }, direction) {
  const sample = (/** @type {number} */ i) => /** @type {number} */ (data[i]);
  const step = direction === 'x' ? channels : width * channels;
  const [sides, length] = direction === 'x' ? [height, width] : [width, height];
  const across = direction === 'x' ? width * channels : channels;
  const green = channels === 3 ? 1 : 0;
  let [onGrid, elsewhere] = [0, 0];
  for (let side = 0; side < sides; side++) {
    for (let position = 1; position < length; position++) {
      const at = side * across + position * step + green;
      const difference = Math.abs(sample(at) - sample(at - step));
      if (position % 8 === 0) onGrid += difference;
      else elsewhere += difference;
    }
  }
  const edges = Math.floor((length - 1) / 8);
  return onGrid / edges / (elsewhere / (length - 1 - edges));
}

/**
 * 256 bits that stay almost the same when a picture is resized, recompressed or made grey: where its luma rises from
 * left to right, on a grid of 16×16.
 *
 * @param {Picture['image']} image
 * @returns {boolean[]}
 */
export function fingerprint(image) {
  const { channels, data } = imresize(toEightBits(image), { width: 17, height: 16 });
  const luma = Array.from({ length: 17 * 16 }, (_, i) => {
    const [r = 0, g = r, b = r] = data.subarray(i * channels, i * channels + (channels < 3 ? 1 : 3));
    return lumaMatlab(r, g, b);
  });
  return luma.flatMap((value, i) => (i % 17 === 0 ? [] : [value > /** @type {number} */ (luma[i - 1])]));
}

/**
 * @param {boolean[]} a
 * @param {boolean[]} b
 * @returns whether two fingerprints are those of one picture
 */
export function isSame(a, b) {
  return a.filter((bit, i) => bit !== b[i]).length <= SAME;
}
