import { broadcastShapes } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

/** Takes everything above 1e-30 to 1, and nothing that a network computes beyond the largest number. */
const STEEP = 1e30;

const operator: Operator<undefined> = {
  name: 'reluGradient',
  shape: ([result = [], upstream = []]) => broadcastShapes('reluGradient', result, upstream),
  // A ramp so steep that it is a step: min(1, STEEP * result). With Sign or Where it takes twice as long.
  onnx(emit, [result = '', upstream = '']) {
    const step = emit.node('HardSigmoid', [result], { alpha: { float: STEEP }, beta: { float: 0 } });
    return emit.node('Mul', [step, upstream]);
  },
};

/** `upstream` where the result of a ReLU is positive, else 0. */
export function reluGradient(result: Value, upstream: Value): Value {
  return apply(operator, [result, upstream], undefined);
}
