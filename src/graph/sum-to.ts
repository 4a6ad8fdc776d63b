import { reduceSum } from './ops/reduce-sum.ts';
import { reshape } from './ops/reshape.ts';
import { type Shape, sameDim } from './shape.ts';
import type { Value } from './value.ts';

/** The sum over what broadcasting repeated: the gradient of a broadcast operand, of that operand's shape. */
export function sumTo(gradient: Value, shape: Shape): Value {
  const added = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < added || !sameDim(dim, shape[axis - added]!) ? [axis] : [],
  );
  const sum = axes.length === 0 ? gradient : reduceSum(gradient, axes);
  return added === 0 ? sum : reshape(sum, shape);
}
