import { elementCount } from '../../tensor.ts';
import { formatShape, plusDim, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

export interface Conv2dOptions {
  /** Zeros added on every side, in pixels. */
  padding: number;
}

const operator: Operator<Conv2dOptions> = {
  name: 'conv2d',
  shape([x = [], weight = [], bias], { padding }) {
    const [batch, channels, height, width] = x as Shape;
    const [outputs, inputs, rows, columns] = weight as readonly number[];
    const fits = x.length === 4 && weight.length === 4 && channels === inputs && bias?.[0] === outputs;
    if (
      !fits ||
      batch === undefined ||
      height === undefined ||
      width === undefined ||
      outputs === undefined
    ) {
      throw new ShapeError(
        this.name,
        `[N, I, H, W], a kernel [O, I, h, w] and a bias [O] (here ${formatShape(bias ?? [])})`,
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
};

/**
 * Cross-correlation with stride 1, as PyTorch's Conv2d: `x` [N, I, H, W], `weight` [O, I, h, w], `bias` [O].
 */
export function conv2d(x: Value, weight: Value, bias: Value, options: Conv2dOptions): Value {
  return apply(operator, [x, weight, bias], options);
}
