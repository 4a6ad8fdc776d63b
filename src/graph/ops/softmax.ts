import { apply, type Operator, type Value } from '../value.ts';
import { multiply } from './multiply.ts';
import { reduceSum } from './reduce-sum.ts';
import { subtract } from './subtract.ts';

const operator: Operator<undefined> = {
  name: 'softmax',
  shape: ([x = []]) => x,
  onnx: (emit, operands) => emit.node('Softmax', operands, { axis: { int: -1 } }),
  gradient: ({ result }, upstream) => [softmaxGradient(result, upstream)],
};

/** `exp(x) / sum(exp(x))` along the last axis; the largest element is subtracted first. */
export function softmax(x: Value): Value {
  return apply(operator, [x], undefined);
}

/** The gradient of a softmax's operand, from its result `y` and the gradient `g` of that: `y * (g - sum(g * y))`. */
export function softmaxGradient(result: Value, upstream: Value): Value {
  const total = reduceSum(multiply(upstream, result), [result.shape.length - 1]);
  return multiply(result, subtract(upstream, total));
}
