import { apply, type Operator, type Value } from '../value.ts';
import { scalar } from './constant.ts';
import { multiply } from './multiply.ts';
import { subtract } from './subtract.ts';

const operator: Operator<undefined> = {
  name: 'sigmoid',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Sigmoid', operands),
  // y * (1 - y)
  gradient({ result }, upstream) {
    const slope = multiply(result, subtract(scalar(1), result));
    return [multiply(upstream, slope)];
  },
};

/** `1 / (1 + exp(-x))`, element by element. */
export function sigmoid(x: Value): Value {
  return apply(operator, [x], undefined);
}
