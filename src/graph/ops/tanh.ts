import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'tanh',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Tanh', operands),
};

/** `tanh(x)`, element by element. */
export function tanh(x: Value): Value {
  return apply(operator, [x], undefined);
}
