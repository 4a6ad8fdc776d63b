import { apply, type Operator, type Value } from '../value.ts';
import { add } from './add.ts';
import { scalar } from './constant.ts';
import { multiply } from './multiply.ts';
import { multiplyConstant } from './multiply-constant.ts';

const operator: Operator<undefined> = {
  name: 'sigmoid',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Sigmoid', operands),
  // y * (1 - y)
  gradient({ result }, upstream) {
    const slope = multiply(result, add(scalar(1), multiplyConstant(result, -1)));
    return [multiply(upstream, slope)];
  },
};

/** `1 / (1 + exp(-x))`, element by element. */
export function sigmoid(x: Value): Value {
  return apply(operator, [x], undefined);
}
