import { type Shape, ShapeError, timesDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';

const operator: Operator<{ factor: number }> = {
  name: 'pixelShuffle',
  shape([x = []], { factor }) {
    const [batch, channels, height, width] = x as Shape;
    const divisible = typeof channels === 'number' && channels % (factor * factor) === 0;
    if (x.length !== 4 || batch === undefined || height === undefined || width === undefined || !divisible) {
      throw new ShapeError(this.name, `[N, C * ${factor * factor}, H, W]`, x);
    }
    return [batch, channels / (factor * factor), timesDim(height, factor), timesDim(width, factor)];
  },
  // PyTorch orders the channels as (C, row phase, column phase): ONNX calls that CRD.
  onnx: (emit, operands, { factor }) =>
    emit.node('DepthToSpace', operands, { blocksize: { int: factor }, mode: { string: 'CRD' } }),
};

/** `out[n, c, y*r+i, x*r+j] = in[n, c*r*r + i*r + j, y, x]`: [N, C*r*r, H, W] → [N, C, H*r, W*r]. */
export function pixelShuffle(x: Value, factor: number): Value {
  return apply(operator, [x], { factor });
}
