import { broadcastShapes } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'add',
  shape: ([a = [], b = []]) => broadcastShapes('add', a, b),
  onnx: (emit, operands) => emit.node('Add', operands),
};

/** `a + b`, element by element, with NumPy's broadcasting. */
export function add(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
