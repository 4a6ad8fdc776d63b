import { elementCount } from '../../tensor.ts';
import { formatShape, knownSize, plusDim, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { conv2dWeightGradient } from './conv2d-weight-gradient.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';
import { transpose } from './transpose.ts';

export interface Conv2dOptions {
  /** Zeros added on every side, in pixels. */
  padding: number;
}

const operator: Operator<Conv2dOptions> = {
  name: 'conv2d',
  shape([x = [], weight = [], bias], { padding }) {
    const [batch, channels, height, width] = x as Shape;
    const [outputs, inputs, rows, columns] = weight as readonly number[];
    const biased = bias === undefined || (bias.length === 1 && bias[0] === outputs);
    const fits = x.length === 4 && weight.length === 4 && channels === inputs && biased;
    if (
      !fits ||
      batch === undefined ||
      height === undefined ||
      width === undefined ||
      outputs === undefined
    ) {
      throw new ShapeError(
        this.name,
        `[N, I, H, W], a kernel [O, I, h, w] and a bias [O]${bias ? ` (here ${formatShape(bias)})` : ''}`,
        x,
        weight,
      );
    }
    return [
      batch,
      outputs,
      plusDim(height, 2 * padding + 1 - rows!),
      plusDim(width, 2 * padding + 1 - columns!),
    ];
  },
  /** Positions beyond the border count too, as in every published figure. */
  multiplyAdds: ([, weight = []], result) => (elementCount(result) * elementCount(weight)) / weight[0]!,
  onnx(emit, operands, { padding }) {
    return emit.node('Conv', operands, { pads: { ints: [padding, padding, padding, padding] } });
  },
  gradient({ operands: [x, weight], attributes: { padding }, wanted }, upstream) {
    const kernel = knownSize(weight!.shape[2]);
    return [
      wanted[0] ? inputGradient(weight!, upstream, kernel - 1 - padding) : undefined,
      wanted[1] ? conv2dWeightGradient(x!, upstream, { padding, kernel }) : undefined,
      wanted[2] ? biasGradient(upstream) : undefined,
    ];
  },
};

/** The convolution with the kernel turned by 180° and inputs for outputs. */
function inputGradient(weight: Value, upstream: Value, padding: number): Value {
  const [outputs, inputs, rows, columns] = weight.shape.map(knownSize) as [number, number, number, number];
  const flat = transpose(reshape(weight, [outputs, inputs, rows * columns]), [1, 0, 2]);
  const turned = reshape(reverse(flat, 2), [inputs, outputs, rows, columns]);
  return conv2d(upstream, turned, undefined, { padding });
}

/** Summed over pixels before pictures, which runtimes do faster than both at once. */
function biasGradient(upstream: Value): Value {
  return reshape(reduceSum(reduceSum(upstream, [2, 3]), [0]), [upstream.shape[1]!]);
}

/**
 * Cross-correlation with stride 1, as PyTorch's Conv2d: `x` [N, I, H, W], `weight` [O, I, h, w], `bias` [O] or none.
 */
export function conv2d(x: Value, weight: Value, bias: Value | undefined, options: Conv2dOptions): Value {
  return apply(operator, bias ? [x, weight, bias] : [x, weight], options);
}
