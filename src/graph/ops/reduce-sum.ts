import { integers } from '../emitter.ts';
import { ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { expand } from './expand.ts';

const operator: Operator<{ axes: readonly number[] }> = {
  name: 'reduceSum',
  shape([x = []], { axes }) {
    if (axes.some((axis) => axis < 0 || axis >= x.length)) {
      throw new ShapeError(this.name, `a tensor with the axes ${axes.join(', ')}`, x);
    }
    return x.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  },
  onnx: (emit, operands, { axes }) => emit.node('ReduceSum', [...operands, integers(emit, ...axes)]),
  gradient: ({ operands: [x] }, upstream) => [expand(upstream, x!.shape)],
};

/** The sum over some axes, which stay with size 1. */
export function reduceSum(x: Value, axes: readonly number[]): Value {
  return apply(operator, [x], { axes });
}
