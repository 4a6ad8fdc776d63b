import { broadcastShapes } from '../shape.ts';
import { sumTo } from '../sum-to.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { multiplyConstant } from './multiply-constant.ts';

const operator: Operator<undefined> = {
  name: 'subtract',
  shape: ([a = [], b = []]) => broadcastShapes('subtract', a, b),
  onnx: (emit, operands) => emit.node('Sub', operands),
  gradient: ({ operands: [a, b] }, upstream) => [
    sumTo(upstream, a!.shape),
    sumTo(multiplyConstant(upstream, -1), b!.shape),
  ],
};

/** `a - b`, element by element, with NumPy's broadcasting. */
export function subtract(a: Value, b: Value): Value {
  return apply(operator, [a, b], undefined);
}
