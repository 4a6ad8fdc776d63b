import { apply, type Operator, type Value } from '../value.ts';
import { multiply } from './multiply.ts';
import { sign } from './sign.ts';

const operator: Operator<undefined> = {
  name: 'absolute',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Abs', operands),
  gradient: ({ operands: [x] }, upstream) => [multiply(upstream, sign(x!))],
};

/** `|x|`, element by element; the gradient at 0 is 0. */
export function absolute(x: Value): Value {
  return apply(operator, [x], undefined);
}
