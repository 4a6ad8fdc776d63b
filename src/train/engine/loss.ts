/** The loss of a batch as a program. */

import { absolute } from '../../graph/ops/absolute.ts';
import { add } from '../../graph/ops/add.ts';
import { concat } from '../../graph/ops/concat.ts';
import { constant, scalar } from '../../graph/ops/constant.ts';
import { conv2d } from '../../graph/ops/conv2d.ts';
import { multiply } from '../../graph/ops/multiply.ts';
import { multiplyConstant } from '../../graph/ops/multiply-constant.ts';
import { power } from '../../graph/ops/power.ts';
import { reduceSum } from '../../graph/ops/reduce-sum.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { subtract } from '../../graph/ops/subtract.ts';
import { knownSize, knownSizes } from '../../graph/shape.ts';
import type { Value } from '../../graph/value.ts';
import { SSIM_K, SSIM_SIDE, SSIM_SIGMA } from '../../metrics/ssim.ts';
import { elementCount } from '../../tensor.ts';
import type { LossTerm, LossType } from '../loss-spec.ts';

/** Of Charbonnier's √(d² + ε²), with d as a share of the value range (LapSRN, Lai et al., CVPR 2017). */
const CHARBONNIER_EPSILON = 1e-3;

/** The weighted terms of the loss, [terms]; the loss is their sum. */
export function lossTerms(
  terms: readonly LossTerm[],
  output: Value,
  target: Value,
  valueRange: number,
): Value {
  const values = terms.map(({ weight, type }) =>
    reshape(multiplyConstant(TERMS[type](output, target, valueRange), weight), [1]),
  );
  return values.length === 1 ? values[0]! : concat(values, 0);
}

/** Each term for two batches of pictures on 0..valueRange: one number. */
const TERMS: Readonly<Record<LossType, (output: Value, target: Value, valueRange: number) => Value>> = {
  L1: (output, target) => mean(absolute(subtract(output, target))),
  MSE: (output, target) => mean(squared(subtract(output, target))),
  Charbonnier(output, target, valueRange) {
    const epsilon = CHARBONNIER_EPSILON * valueRange;
    return mean(power(add(squared(subtract(output, target)), scalar(epsilon ** 2)), 0.5));
  },
  SSIM: (output, target, valueRange) => subtract(scalar(1), similarity(output, target, valueRange)),
};

/** The mean structural similarity of all channels, in windows that lie within the pictures (Wang et al. 2004). */
function similarity(output: Value, target: Value, valueRange: number): Value {
  const [x, y] = [output, target].map(asPlanes) as [Value, Value];
  const [meanX, meanY] = [blur(x), blur(y)];
  const product = multiply(meanX, meanY);
  const squares = add(squared(meanX), squared(meanY));
  const covariance = subtract(blur(multiply(x, y)), product);
  const variances = subtract(blur(add(squared(x), squared(y))), squares);
  const [c1, c2] = SSIM_K.map((k) => scalar((k * valueRange) ** 2)) as [Value, Value];
  const above = multiply(add(multiplyConstant(product, 2), c1), add(multiplyConstant(covariance, 2), c2));
  const below = multiply(add(squares, c1), add(variances, c2));
  return mean(multiply(above, power(below, -1)));
}

/** [N, C, H, W] → [N * C, 1, H, W]. */
function asPlanes(x: Value): Value {
  const [batch, channels, height, width] = knownSizes(x.shape);
  return reshape(x, [batch * channels, 1, height, width]);
}

function blur(planes: Value): Value {
  const centre = (SSIM_SIDE - 1) / 2;
  const taps = Array.from({ length: SSIM_SIDE }, (_, i) =>
    Math.exp(-((i - centre) ** 2) / (2 * SSIM_SIGMA ** 2)),
  );
  const sum = taps.reduce((total, tap) => total + tap);
  const data = Float32Array.from(taps.flatMap((a) => taps.map((b) => (a * b) / sum ** 2)));
  return conv2d(planes, constant({ data, dims: [1, 1, SSIM_SIDE, SSIM_SIDE] }), undefined, { padding: 0 });
}

function squared(x: Value): Value {
  return multiply(x, x);
}

function mean(x: Value): Value {
  const sum = reduceSum(x, [...x.shape.keys()]);
  return multiplyConstant(sum, 1 / elementCount(x.shape.map(knownSize)));
}
