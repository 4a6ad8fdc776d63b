import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'softmax',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Softmax', operands, { axis: { int: -1 } }),
};

/** `exp(x) / sum(exp(x))` along the last axis; the largest element is subtracted first. */
export function softmax(x: Value): Value {
  return apply(operator, [x], undefined);
}
