import { integers } from '../emitter.ts';
import { broadcastShapes, formatShape, type Shape, ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<{ to: readonly number[] }> = {
  name: 'expand',
  shape([x = []], { to }) {
    const result = broadcastShapes(this.name, x, to);
    if (result.length !== to.length || !result.every((dim, axis) => sameDim(dim, to[axis]!)))
      throw new ShapeError(this.name, `a shape that broadcasts to ${formatShape(to)}`, x);
    return to;
  },
  onnx: (emit, [x = ''], { to }) => emit.node('Expand', [x, integers(emit, ...to)]),
};

/** `x` repeated to a shape of known sizes, as NumPy broadcasts. */
export function expand(x: Value, to: Shape): Value {
  const sizes = to.filter((size) => typeof size === 'number');
  if (sizes.length < to.length) throw new ShapeError(operator.name, 'known sizes', to);
  return apply(operator, [x], { to: sizes });
}

/** What `expand` was given, where it made the value. */
export function unexpand(value: Value): Value | undefined {
  return value.kind === 'computed' && value.operator === operator ? value.operands[0] : undefined;
}
