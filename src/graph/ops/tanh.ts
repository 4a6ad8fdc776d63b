import { apply, type Operator, type Value } from '../value.ts';
import { add } from './add.ts';
import { scalar } from './constant.ts';
import { multiply } from './multiply.ts';
import { multiplyConstant } from './multiply-constant.ts';

const operator: Operator<undefined> = {
  name: 'tanh',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Tanh', operands),
  // 1 - y * y
  gradient({ result }, upstream) {
    const slope = add(scalar(1), multiplyConstant(multiply(result, result), -1));
    return [multiply(upstream, slope)];
  },
};

/** `tanh(x)`, element by element. */
export function tanh(x: Value): Value {
  return apply(operator, [x], undefined);
}
