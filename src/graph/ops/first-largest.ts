import { integers } from '../emitter.ts';
import { knownSize, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<{ axis: number; size: number }> = {
  name: 'firstLargest',
  shape([x = []], { axis, size }) {
    if (x[axis] !== size) throw new ShapeError(this.name, `${size} positions on axis ${axis}`, x);
    return x;
  },
  onnx(emit, [x = ''], { axis, size }) {
    const largest = emit.node('ArgMax', [x], { axis: { int: axis }, keepdims: { int: 0 } });
    const zeroAndOne = emit.node('Constant', [], {
      value: { tensor: { data: Float32Array.of(0, 1), dims: [2] } },
    });
    return emit.node('OneHot', [largest, integers(emit, size), zeroAndOne], { axis: { int: axis } });
  },
};

/** 1 at the largest element along an axis of known size, the first one of several, and 0 elsewhere. */
export function firstLargest(x: Value, axis: number): Value {
  return apply(operator, [x], { axis, size: knownSize(x.shape[axis]) });
}
