import { integers } from '../emitter.ts';
import { plusDim, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

interface Padding {
  /** Zeros before and after each axis. */
  before: readonly number[];
  after: readonly number[];
}

const operator: Operator<Padding> = {
  name: 'pad',
  shape([x = []], { before, after }) {
    if (before.length !== x.length || [...before, ...after].some((count) => count < 0))
      throw new ShapeError(this.name, `a tensor of ${before.length} axes and no negative numbers`, x);
    return x.map((dim, axis) => plusDim(dim, before[axis]! + after[axis]!));
  },
  onnx: (emit, [x = ''], { before, after }) => emit.node('Pad', [x, integers(emit, ...before, ...after)]),
};

/** Zeros before and after one axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  const only = (count: number) => x.shape.map((_, i) => (i === axis ? count : 0));
  return apply(operator, [x], { before: only(before), after: only(after) });
}
