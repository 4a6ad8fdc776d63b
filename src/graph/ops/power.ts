import { apply, type Operator, type Value } from '../value.ts';
import { multiply } from './multiply.ts';
import { multiplyConstant } from './multiply-constant.ts';

/** Exponents with an operator of their own, which is many times as fast as the general one. */
const SIMPLER: ReadonlyMap<number, string> = new Map([
  [0.5, 'Sqrt'],
  [-1, 'Reciprocal'],
]);

const operator: Operator<{ exponent: number }> = {
  name: 'power',
  shape: ([x = []]) => x,
  onnx(emit, [x = ''], { exponent }) {
    const simpler = SIMPLER.get(exponent);
    if (simpler) return emit.node(simpler, [x]);
    return emit.node('Pow', [x, emit.node('Constant', [], { value_float: { float: exponent } })]);
  },
  gradient({ operands: [x], attributes: { exponent } }, upstream) {
    return [multiply(upstream, multiplyConstant(power(x!, exponent - 1), exponent))];
  },
};

/** `x ** exponent`, element by element; NaN where PyTorch's is (a negative `x` with a fractional exponent). */
export function power(x: Value, exponent: number): Value {
  return apply(operator, [x], { exponent });
}
