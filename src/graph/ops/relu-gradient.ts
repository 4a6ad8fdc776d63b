import { broadcastShapes } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<undefined> = {
  name: 'reluGradient',
  shape: ([result = [], upstream = []]) => broadcastShapes('reluGradient', result, upstream),
  // The sign of what is never negative is 1 or 0: two passes over memory that run on all cores.
  onnx: (emit, [result = '', upstream = '']) => emit.node('Mul', [emit.node('Sign', [result]), upstream]),
};

/** `upstream` where the result of a ReLU is positive, else 0. */
export function reluGradient(result: Value, upstream: Value): Value {
  return apply(operator, [result, upstream], undefined);
}
