import { elementCount } from '../../tensor.ts';
import { integers } from '../emitter.ts';
import { ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { channelGram } from './channel-gram.ts';
import { transposeMatrices } from './transpose.ts';

const operator: Operator<undefined> = {
  name: 'mixChannels',
  shape([weights = [], x = []]) {
    const fits =
      weights.length === 3 &&
      x.length === 4 &&
      sameDim(weights[0]!, x[0]!) &&
      sameDim(weights[1]!, weights[2]!) &&
      sameDim(weights[2]!, x[1]!);
    if (!fits) throw new ShapeError(this.name, '[N, C, C] and [N, C, H, W]', weights, x);
    return x;
  },
  multiplyAdds: ([weights = []], result) => elementCount(result) * weights[2]!,
  onnx(emit, [weights = '', x = '']) {
    const flat = emit.node('Reshape', [x, integers(emit, 0, 0, -1)]);
    return emit.node('Reshape', [emit.node('MatMul', [weights, flat]), emit.node('Shape', [x])]);
  },
  gradient({ operands: [weights, x] }, upstream) {
    return [channelGram(upstream, x!, { over: 'sum' }), mixChannels(transposeMatrices(weights!), upstream)];
  },
};

/**
 * A 1×1 convolution whose weights are each sample's own: `y[n, i] = Σ weights[n, i, j] * x[n, j]`;
 * [N, C, C] and [N, C, H, W] → [N, C, H, W].
 */
export function mixChannels(weights: Value, x: Value): Value {
  return apply(operator, [weights, x], undefined);
}
