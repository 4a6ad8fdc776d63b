import { integers } from '../emitter.ts';
import { ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

/** Before the first position. */
const BEGIN = -Number.MAX_SAFE_INTEGER;

const operator: Operator<{ axis: number }> = {
  name: 'reverse',
  shape([x = []], { axis }) {
    if (axis >= x.length) throw new ShapeError(this.name, `a tensor with an axis ${axis}`, x);
    return x;
  },
  onnx: (emit, [x = ''], { axis }) =>
    emit.node('Slice', [x, ...[-1, BEGIN, axis, -1].map((value) => integers(emit, value))]),
};

/** The positions of an axis from the last to the first. */
export function reverse(x: Value, axis: number): Value {
  return apply(operator, [x], { axis });
}
