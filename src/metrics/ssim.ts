import { InputError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import { comparedPlanes } from './planes.ts';
import type { MetricOptions } from './protocols.ts';

/** Side of the window, in pixels. The two blurs below write out its 11 taps. */
export const SSIM_SIDE = 11;
/** Standard deviation of the window, in pixels. */
export const SSIM_SIGMA = 1.5;
/** K₁ and K₂ of the paper, which steady quotients of small numbers. */
export const SSIM_K = [0.01, 0.03] as const;

const [C1, C2] = SSIM_K.map((k) => (k * 255) ** 2) as [number, number];

/** The window is symmetric: weights of the outermost tap to the centre one, summing to 1 with their mirror images. */
const [W0, W1, W2, W3, W4, W5] = gaussianHalf();

function gaussianHalf(): [number, number, number, number, number, number] {
  const weight = (distance: number) => Math.exp(-(distance ** 2) / (2 * SSIM_SIGMA ** 2));
  const sum = weight(0) + 2 * (weight(1) + weight(2) + weight(3) + weight(4) + weight(5));
  return [
    weight(5) / sum,
    weight(4) / sum,
    weight(3) / sum,
    weight(2) / sum,
    weight(1) / sum,
    weight(0) / sum,
  ];
}

/**
 * Structural similarity of two pictures (Wang et al., "Image quality assessment", IEEE TIP 13(4), 2004): the
 * mean over every place where an 11 × 11 Gaussian window fits, and over the planes that the protocol
 * compares, for example `ssim(sr, hr, { protocol: 'rcan-matlab', scale: 2 })`.
 *
 * @returns 1 for equal pictures, less (in theory down to −1) for others.
 * @throws {InputError} as `psnr`, and where less than 11 × 11 pixels are left after shaving.
 */
export function ssim(a: Image, b: Image, options: MetricOptions = {}): number {
  const [first, second] = comparedPlanes(a, b, options);
  const { width, height } = first;
  if (width < SSIM_SIDE || height < SSIM_SIDE) {
    throw new InputError(
      `ssim: expected at least ${SSIM_SIDE}×${SSIM_SIDE} pixels after shaving, found ${width}×${height}`,
    );
  }
  let sum = 0;
  first.planes.forEach((plane, c) => {
    sum += planeSsim(plane, second.planes[c]!, width, height);
  });
  return sum / first.planes.length;
}

/**
 * Four local means are enough: of a, b, a² + b² and ab, since SSIM needs the variances only as a sum. Each row
 * is blurred along its width into a ring of 11 rows, from which each output row is blurred along the height.
 */
function planeSsim(a: Float64Array, b: Float64Array, width: number, height: number): number {
  const outWidth = width - SSIM_SIDE + 1;
  const rowLength = 4 * outWidth;
  const products = new Float64Array(4 * width);
  const ring = new Float64Array(SSIM_SIDE * rowLength);
  const means = new Float64Array(rowLength);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    multiplyRow(a, b, y * width, width, products);
    for (let m = 0; m < 4; m++) {
      blurAlong(products, m * width, ring, (y % SSIM_SIDE) * rowLength + m * outWidth, outWidth);
    }
    if (y < SSIM_SIDE - 1) continue;
    blurAcross(ring, y + 1, means);
    sum += sumSimilarity(means, outWidth);
  }
  return sum / (outWidth * (height - SSIM_SIDE + 1));
}

function multiplyRow(
  a: Float64Array,
  b: Float64Array,
  at: number,
  width: number,
  products: Float64Array,
): void {
  for (let x = 0; x < width; x++) {
    const va = a[at + x]!;
    const vb = b[at + x]!;
    products[x] = va;
    products[x + width] = vb;
    products[x + 2 * width] = va * va + vb * vb;
    products[x + 3 * width] = va * vb;
  }
}

function blurAlong(s: Float64Array, from: number, out: Float64Array, to: number, count: number): void {
  for (let x = 0; x < count; x++) {
    const i = from + x;
    out[to + x] =
      W0 * (s[i]! + s[i + 10]!) +
      W1 * (s[i + 1]! + s[i + 9]!) +
      W2 * (s[i + 2]! + s[i + 8]!) +
      W3 * (s[i + 3]! + s[i + 7]!) +
      W4 * (s[i + 4]! + s[i + 6]!) +
      W5 * s[i + 5]!;
  }
}

/** `oldest` is the place of the ring's oldest row, counted modulo 11. */
function blurAcross(ring: Float64Array, oldest: number, out: Float64Array): void {
  const length = out.length;
  const row = (r: number) => ((oldest + r) % SSIM_SIDE) * length;
  const [r0, r1, r2, r3, r4, r5] = [row(0), row(1), row(2), row(3), row(4), row(5)];
  const [r6, r7, r8, r9, r10] = [row(6), row(7), row(8), row(9), row(10)];
  for (let i = 0; i < length; i++) {
    out[i] =
      W0 * (ring[r0 + i]! + ring[r10 + i]!) +
      W1 * (ring[r1 + i]! + ring[r9 + i]!) +
      W2 * (ring[r2 + i]! + ring[r8 + i]!) +
      W3 * (ring[r3 + i]! + ring[r7 + i]!) +
      W4 * (ring[r4 + i]! + ring[r6 + i]!) +
      W5 * ring[r5 + i]!;
  }
}

function sumSimilarity(means: Float64Array, count: number): number {
  let sum = 0;
  for (let x = 0; x < count; x++) {
    const meanA = means[x]!;
    const meanB = means[x + count]!;
    const product = meanA * meanB;
    const squares = meanA * meanA + meanB * meanB;
    const variances = means[x + 2 * count]! - squares;
    const covariance = means[x + 3 * count]! - product;
    sum += ((2 * product + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
  }
  return sum;
}
