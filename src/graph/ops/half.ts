import { integers } from '../emitter.ts';
import { halfDim, knownSize, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { pad } from './pad.ts';

/** As far as any axis goes. */
const END = Number.MAX_SAFE_INTEGER;

const operator: Operator<{ axis: number; part: 0 | 1 }> = {
  name: 'half',
  shape([x = []], { axis, part }) {
    const size = x[axis];
    if (size === undefined) throw new ShapeError(this.name, `a tensor with an axis ${axis}`, x);
    return x.map((dim, i) => (i === axis ? halfDim(size, part === 0 ? 'floor' : 'ceil') : dim));
  },
  onnx(emit, [x = ''], { axis, part }) {
    const size = emit.node('Gather', [emit.node('Shape', [x]), integers(emit, axis)]);
    const middle = emit.node('Div', [size, integers(emit, 2)]);
    const range = part === 0 ? [integers(emit, 0), middle] : [middle, integers(emit, END)];
    return emit.node('Slice', [x, ...range, integers(emit, axis)]);
  },
  gradient({ operands: [x], attributes: { axis, part } }, upstream) {
    const other = knownSize(x!.shape[axis]) - knownSize(upstream.shape[axis]);
    return [part === 0 ? pad(upstream, axis, 0, other) : pad(upstream, axis, other, 0)];
  },
};

/** The first (`part` 0) or second half of an axis of any size; of an odd one the second is the larger. */
export function half(x: Value, axis: number, part: 0 | 1): Value {
  return apply(operator, [x], { axis, part });
}
