import { apply, type Operator, type Value } from '../value.ts';
import { scalar } from './constant.ts';
import { multiply } from './multiply.ts';
import { subtract } from './subtract.ts';

const operator: Operator<undefined> = {
  name: 'tanh',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Tanh', operands),
  // 1 - y * y
  gradient({ result }, upstream) {
    const slope = subtract(scalar(1), multiply(result, result));
    return [multiply(upstream, slope)];
  },
};

/** `tanh(x)`, element by element. */
export function tanh(x: Value): Value {
  return apply(operator, [x], undefined);
}
