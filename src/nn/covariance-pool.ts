import { add } from '../graph/ops/add.ts';
import { centreCrop } from '../graph/ops/centre-crop.ts';
import { channelGram } from '../graph/ops/channel-gram.ts';
import { constant, diagonal } from '../graph/ops/constant.ts';
import { globalAveragePool } from '../graph/ops/global-average-pool.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { multiply } from '../graph/ops/multiply.ts';
import { multiplyConstant } from '../graph/ops/multiply-constant.ts';
import { power } from '../graph/ops/power.ts';
import { reduceSum } from '../graph/ops/reduce-sum.ts';
import { reshape } from '../graph/ops/reshape.ts';
import { subtract } from '../graph/ops/subtract.ts';
import type { Value } from '../graph/value.ts';

/** The covariance is taken over the middle 1000 rows and columns at most, each direction for itself. */
const MOST_PIXELS = 1000;
/** Steps of the Newton-Schulz iteration for the square root; the authors' code writes the first and the last apart. */
const ITERATIONS = 5;
/**
 * Keeps the trace of a constant picture from dividing by zero, and changes no other. The gradient divides by the
 * square, which must not be zero in float32 either.
 */
const LEAST_TRACE = 1e-18;

/**
 * Second-order pooling (SAN, section 3.3): the mean over the rows of the square root of the channels' covariance,
 * [N, C, H, W] → [N, C, 1, 1]. Constant channels give 0.
 */
export function covariancePool(x: Value, channels: number): Value {
  const root = squareRoot(covariance(centreCrop(x, MOST_PIXELS)), channels);
  const means = multiplyConstant(reduceSum(root, [1]), 1 / channels);
  return reshape(means, [x.shape[0]!, channels, 1, 1]);
}

/**
 * Mean over all pixels of the products of all pairs of channels, their means subtracted: [N, C, H, W] → [N, C, C].
 * The original multiplies with a matrix of pixels by pixels instead, which is the same.
 */
function covariance(x: Value): Value {
  const centred = subtract(x, globalAveragePool(x));
  return channelGram(centred, centred, { over: 'mean' });
}

/**
 * The square root of symmetric matrices [N, C, C] without negative eigenvalues, by the coupled iteration of
 * iSQRT-COV (Li et al., CVPR 2018, https://arxiv.org/abs/1712.01034), normalised by the trace.
 */
function squareRoot(matrix: Value, size: number): Value {
  const onDiagonal = multiply(matrix, diagonal(size, 1));
  const trace = add(
    reduceSum(onDiagonal, [1, 2]),
    constant({ data: Float32Array.of(LEAST_TRACE), dims: [1] }),
  );
  const normalised = multiply(matrix, power(trace, -1));
  const three = diagonal(size, 3);
  const step = (product: Value) => multiplyConstant(subtract(three, product), 0.5);
  let z = step(normalised);
  let y = matmul(normalised, z);
  for (let i = 2; i < ITERATIONS; i++) {
    const p = step(matmul(z, y));
    [y, z] = [matmul(y, p), matmul(p, z)];
  }
  return multiply(matmul(y, step(matmul(z, y))), power(trace, 0.5));
}
