import { broadcastShapes } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'multiply',
  shape: ([a = [], b = []]) => broadcastShapes('multiply', a, b),
  onnx: (emit, operands) => emit.node('Mul', operands),
};

/** `a * b`, element by element, with NumPy's broadcasting. */
export function multiply(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
