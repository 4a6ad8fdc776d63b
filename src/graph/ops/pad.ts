import { integers } from '../emitter.ts';
import { plusDim, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

interface Padding {
  readonly axis: number;
  /** Zeros before and after the positions of the axis. */
  readonly before: number;
  readonly after: number;
  /** Number of axes. */
  readonly rank: number;
}

const operator: Operator<Padding> = {
  name: 'pad',
  shape([x = []], { axis, before, after }) {
    if (axis >= x.length || before < 0 || after < 0)
      throw new ShapeError(this.name, `a tensor with an axis ${axis}, and no negative numbers`, x);
    return x.map((dim, i) => (i === axis ? plusDim(dim, before + after) : dim));
  },
  onnx(emit, [x = ''], { axis, before, after, rank }) {
    const only = (count: number) => Array.from({ length: rank }, (_, i) => (i === axis ? count : 0));
    return emit.node('Pad', [x, integers(emit, ...only(before), ...only(after))]);
  },
};

/** Zeros before and after the positions of one axis; `x` itself where there are none. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return x;
  return apply(operator, [x], { axis, before, after, rank: x.shape.length });
}

export interface Padded extends Padding {
  readonly x: Value;
}

/** What `pad` was given, where it made the value. */
export function unpad(value: Value): Padded | undefined {
  if (value.kind !== 'computed' || value.operator !== operator) return undefined;
  return { ...(value.attributes as Padding), x: value.operands[0]! };
}
