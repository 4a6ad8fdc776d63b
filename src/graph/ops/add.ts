import { broadcastShapes } from '../shape.ts';
import { sumTo } from '../sum-to.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'add',
  shape: ([a = [], b = []]) => broadcastShapes('add', a, b),
  onnx: (emit, operands) => emit.node('Add', operands),
  gradient: ({ operands }, upstream) => operands.map(({ shape }) => sumTo(upstream, shape)),
};

/** `a + b`, element by element, with NumPy's broadcasting. */
export function add(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
