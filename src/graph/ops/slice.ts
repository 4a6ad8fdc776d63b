import { integers } from '../emitter.ts';
import { knownSize, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { pad } from './pad.ts';

interface Range {
  axis: number;
  start: number;
  end: number;
}

const operator: Operator<Range> = {
  name: 'slice',
  shape([x = []], { axis, start, end }) {
    const size = x[axis];
    if (typeof size !== 'number' || start < 0 || start >= end || end > size) {
      throw new ShapeError(this.name, `a tensor with the positions ${start} to ${end} on axis ${axis}`, x);
    }
    return x.map((dim, i) => (i === axis ? end - start : dim));
  },
  onnx: (emit, [x = ''], { axis, start, end }) =>
    emit.node('Slice', [x, integers(emit, start), integers(emit, end), integers(emit, axis)]),
  gradient({ operands: [x], attributes: { axis, start, end } }, upstream) {
    return [pad(upstream, axis, start, knownSize(x!.shape[axis]) - end)];
  },
};

/** The positions `start` up to `end` (not included) of an axis whose size is known. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  return apply(operator, [x], { axis, start, end });
}
