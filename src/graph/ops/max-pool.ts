import { halfDim, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'maxPool',
  shape([x = []]) {
    const [batch, channels, height, width] = x as Shape;
    const tooSmall = [height, width].some((size) => typeof size === 'number' && size < 2);
    if (x.length !== 4 || tooSmall) throw new ShapeError(this.name, '[N, C, H, W] of 2×2 or more', x);
    return [batch!, channels!, halfDim(height!, 'floor'), halfDim(width!, 'floor')];
  },
  onnx: (emit, operands) =>
    emit.node('MaxPool', operands, { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }),
};

/** The largest of each 2×2 pixels; an odd last row or column is left out: [N, C, H, W] → [N, C, ⌊H/2⌋, ⌊W/2⌋]. */
export function maxPool(x: Value): Value {
  return apply(operator, [x], undefined);
}
