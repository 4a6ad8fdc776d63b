import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'sign',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Sign', operands),
  gradient: () => [undefined],
};

/** 1, 0 or -1, element by element. Its gradient is zero everywhere. */
export function sign(x: Value): Value {
  return apply(operator, [x], undefined);
}
