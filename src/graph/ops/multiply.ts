import { broadcastShapes } from '../shape.ts';
import { sumTo } from '../sum-to.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'multiply',
  shape: ([a = [], b = []]) => broadcastShapes('multiply', a, b),
  onnx: (emit, operands) => emit.node('Mul', operands),
  gradient({ operands: [a, b], wanted }, upstream) {
    const gradient = (own: Value, other: Value) => sumTo(multiply(upstream, other), own.shape);
    return [wanted[0] ? gradient(a!, b!) : undefined, wanted[1] ? gradient(b!, a!) : undefined];
  },
};

/** `a * b`, element by element, with NumPy's broadcasting. */
export function multiply(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
