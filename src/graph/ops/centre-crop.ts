import { integers } from '../emitter.ts';
import { atMostDim, knownSize, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { pad } from './pad.ts';

const operator: Operator<{ limit: number }> = {
  name: 'centreCrop',
  shape([x = []], { limit }) {
    const [batch, channels, height, width] = x as Shape;
    if (x.length !== 4) throw new ShapeError(this.name, '[N, C, H, W]', x);
    return [batch!, channels!, atMostDim(height!, limit), atMostDim(width!, limit)];
  },
  onnx(emit, [x = ''], { limit }) {
    const size = emit.node('Gather', [emit.node('Shape', [x]), integers(emit, 2, 3)]);
    const excess = emit.node('Max', [emit.node('Sub', [size, integers(emit, limit)]), integers(emit, 0)]);
    const start = emit.node('Div', [excess, integers(emit, 2)]);
    const end = emit.node('Add', [start, integers(emit, limit)]);
    return emit.node('Slice', [x, start, end, integers(emit, 2, 3)]);
  },
  gradient({ operands: [x], attributes: { limit } }, upstream) {
    const uncrop = (gradient: Value, axis: number) => {
      const excess = Math.max(knownSize(x!.shape[axis]) - limit, 0);
      const before = Math.floor(excess / 2);
      return pad(gradient, axis, before, excess - before);
    };
    return [[2, 3].reduce(uncrop, upstream)];
  },
};

/**
 * The middle of a picture, at most `limit` pixels in each direction, which are chosen apart: of a longer side
 * the first pixel taken is `floor((size - limit) / 2)`. [N, C, H, W] → [N, C, min(H, limit), min(W, limit)].
 */
export function centreCrop(x: Value, limit: number): Value {
  return apply(operator, [x], { limit });
}
