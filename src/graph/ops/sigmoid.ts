import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'sigmoid',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Sigmoid', operands),
};

/** `1 / (1 + exp(-x))`, element by element. */
export function sigmoid(x: Value): Value {
  return apply(operator, [x], undefined);
}
