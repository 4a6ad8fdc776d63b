import { apply, type Operator, type Value } from '../value.ts';
import { multiply } from './multiply.ts';
import { multiplyConstant } from './multiply-constant.ts';

const operator: Operator<{ exponent: number }> = {
  name: 'power',
  shape: ([x = []]) => x,
  onnx: (emit, operands, { exponent }) =>
    emit.node('Pow', [...operands, emit.node('Constant', [], { value_float: { float: exponent } })]),
  gradient({ operands: [x], attributes: { exponent } }, upstream) {
    return [multiply(upstream, multiplyConstant(power(x!, exponent - 1), exponent))];
  },
};

/** `x ** exponent`, element by element; NaN where PyTorch's is (a negative `x` with a fractional exponent). */
export function power(x: Value, exponent: number): Value {
  return apply(operator, [x], { exponent });
}
