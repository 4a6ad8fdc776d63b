import { apply, type Operator, type Value } from '../value.ts';
import { reluGradient } from './relu-gradient.ts';

const operator: Operator<undefined> = {
  name: 'relu',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Relu', operands),
  gradient: ({ result }, upstream) => [reluGradient(result, upstream)],
};

/** `max(x, 0)`, element by element. */
export function relu(x: Value): Value {
  return apply(operator, [x], undefined);
}
