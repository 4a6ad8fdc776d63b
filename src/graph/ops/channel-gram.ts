import { elementCount } from '../../tensor.ts';
import { integers } from '../emitter.ts';
import { flatPixels } from '../flat-pixels.ts';
import { knownSize, type Shape, ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { matmul } from './matmul.ts';
import { multiplyConstant } from './multiply-constant.ts';
import { reshape } from './reshape.ts';
import { transposeMatrices } from './transpose.ts';

export interface ChannelGramOptions {
  /** The sum over all pixels, or their mean. */
  over: 'sum' | 'mean';
}

const operator: Operator<ChannelGramOptions> = {
  name: 'channelGram',
  shape([a = [], b = []]) {
    const fits =
      a.length === 4 && b.length === 4 && a.every((dim, axis) => axis === 1 || sameDim(dim, b[axis]!));
    if (!fits) throw new ShapeError(this.name, '[N, A, H, W] and [N, B, H, W]', a, b);
    const [batch, rows] = a as Shape;
    return [batch!, rows!, b[1]!];
  },
  multiplyAdds: ([a = []], result) => elementCount(result) * a[2]! * a[3]!,
  onnx(emit, [a = '', b = ''], { over }) {
    const flat = integers(emit, 0, 0, -1);
    const left = emit.node('Reshape', [a, flat]);
    const right = emit.node('Reshape', [b, flat]);
    const gram = emit.node('MatMul', [left, emit.node('Transpose', [right], { perm: { ints: [0, 2, 1] } })]);
    if (over === 'sum') return gram;
    const pixels = emit.node('Gather', [emit.node('Shape', [left]), integers(emit, 2)]);
    return emit.node('Div', [gram, emit.node('Cast', [pixels], { to: { int: FLOAT } })]);
  },
  gradient({ operands, attributes: { over } }, upstream) {
    const [a, b] = operands.map(flatPixels) as [Value, Value];
    const gram = over === 'sum' ? upstream : multiplyConstant(upstream, 1 / knownSize(a.shape[2]));
    return [matmul(gram, b), matmul(transposeMatrices(gram), a)].map((value, i) =>
      reshape(value, operands[i]!.shape),
    );
  },
};

/** ONNX's number for float32. */
const FLOAT = 1;

/**
 * The products of all channels of `a` with all channels of `b`, over all pixels:
 * `g[n, i, j] = Σ a[n, i, y, x] * b[n, j, y, x]`; [N, A, H, W] and [N, B, H, W] → [N, A, B].
 */
export function channelGram(a: Value, b: Value, options: ChannelGramOptions): Value {
  return apply(operator, [a, b], options);
}
