import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<{ factor: number }> = {
  name: 'multiplyConstant',
  shape: ([x = []]) => x,
  onnx(emit, [x = ''], { factor }) {
    return emit.node('Mul', [x, emit.node('Constant', [], { value_float: { float: factor } })]);
  },
  gradient: ({ attributes: { factor } }, upstream) => [multiplyConstant(upstream, factor)],
};

/** `x * factor`, element by element. */
export function multiplyConstant(x: Value, factor: number): Value {
  return apply(operator, [x], { factor });
}
