import { elementCount } from '../../tensor.ts';
import { type Dim, formatShape, knownSize, knownSizes, plusDim, type Shape, ShapeError } from '../shape.ts';
import { apply, type Computed, type Operator, type Value } from '../value.ts';
import { conv2dWeightGradient } from './conv2d-weight-gradient.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { reverse } from './reverse.ts';
import { transpose } from './transpose.ts';

export interface Conv2dOptions {
  /** Zeros added on every side, in pixels. */
  padding: number;
}

/** The shape of a convolution with stride 1. @param name of the operator, for the error */
export function conv2dShape(
  name: string,
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  padding: number,
): Shape {
  const [batch, channels, height, width] = x;
  const [outputs, inputs, rows, columns] = weight as readonly number[];
  const biased = bias === undefined || (bias.length === 1 && bias[0] === outputs);
  if (x.length !== 4 || weight.length !== 4 || channels !== inputs || !biased) {
    throw new ShapeError(
      name,
      `[N, I, H, W], a kernel [O, I, h, w] and a bias [O]${bias ? ` (here ${formatShape(bias)})` : ''}`,
      x,
      weight,
    );
  }
  const grown = (size: Dim, kernel: number) => plusDim(size, 2 * padding + 1 - kernel);
  return [batch!, outputs!, grown(height!, rows!), grown(width!, columns!)];
}

const operator: Operator<Conv2dOptions> = {
  name: 'conv2d',
  shape: ([x = [], weight = [], bias], { padding }) => conv2dShape('conv2d', x, weight, bias, padding),
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
  const [outputs, inputs, rows, columns] = knownSizes(weight.shape);
  const flat = transpose(reshape(weight, [outputs, inputs, rows * columns]), [1, 0, 2]);
  const turned = reshape(reverse(flat, 2), [inputs, outputs, rows, columns]);
  return conv2d(upstream, turned, undefined, { padding });
}

/** Summed over pixels before pictures, which runtimes do faster than both at once. */
function biasGradient(upstream: Value): Value {
  return reshape(reduceSum(reduceSum(upstream, [2, 3]), [0]), [upstream.shape[1]!]);
}

/** A value that `conv2d` made. */
export interface Conv2dResult extends Computed {
  readonly attributes: Conv2dOptions;
}

export function isConv2d(value: Value): value is Conv2dResult {
  return value.kind === 'computed' && value.operator === operator;
}

/**
 * Cross-correlation with stride 1, as PyTorch's Conv2d: `x` [N, I, H, W], `weight` [O, I, h, w], `bias` [O] or none.
 */
export function conv2d(x: Value, weight: Value, bias: Value | undefined, options: Conv2dOptions): Value {
  return apply(operator, bias ? [x, weight, bias] : [x, weight], options);
}
