import { knownSize, type Shape, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { expand } from './expand.ts';
import { multiplyConstant } from './multiply-constant.ts';

const operator: Operator<undefined> = {
  name: 'globalAveragePool',
  shape([x = []]) {
    const [batch, channels] = x as Shape;
    if (x.length !== 4 || batch === undefined || channels === undefined) {
      throw new ShapeError(this.name, '[N, C, H, W]', x);
    }
    return [batch, channels, 1, 1];
  },
  onnx: (emit, operands) => emit.node('GlobalAveragePool', operands),
  gradient({ operands: [x] }, upstream) {
    const { shape } = x!;
    return [expand(multiplyConstant(upstream, 1 / (knownSize(shape[2]) * knownSize(shape[3]))), shape)];
  },
};

/** The mean of each channel over all pixels: [N, C, H, W] → [N, C, 1, 1]. */
export function globalAveragePool(x: Value): Value {
  return apply(operator, [x], undefined);
}
