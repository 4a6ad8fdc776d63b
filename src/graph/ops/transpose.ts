import { ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<{ order: readonly number[] }> = {
  name: 'transpose',
  shape([x = []], { order }) {
    if ([...order].sort((a, b) => a - b).join() !== [...x.keys()].join())
      throw new ShapeError(this.name, `a tensor with the axes ${order.join(', ')}`, x);
    return order.map((axis) => x[axis]!);
  },
  onnx: (emit, operands, { order }) => emit.node('Transpose', operands, { perm: { ints: order } }),
  gradient: ({ attributes: { order } }, upstream) => [
    transpose(
      upstream,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
};

/** The axes in another order: axis `i` of the result is axis `order[i]` of `x`. */
export function transpose(x: Value, order: readonly number[]): Value {
  return apply(operator, [x], { order });
}

/** Rows for columns: [N, A, B] → [N, B, A]. */
export function transposeMatrices(x: Value): Value {
  return transpose(x, [0, 2, 1]);
}
