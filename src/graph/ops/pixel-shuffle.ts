import { knownSizes, type Shape, ShapeError, timesDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { reshape } from './reshape.ts';
import { transpose, transposeMatrices } from './transpose.ts';

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
  gradient: ({ attributes: { factor } }, upstream) => [pixelUnshuffle(upstream, factor)],
};

/** `out[n, c, y*r+i, x*r+j] = in[n, c*r*r + i*r + j, y, x]`: [N, C*r*r, H, W] → [N, C, H*r, W*r]. */
export function pixelShuffle(x: Value, factor: number): Value {
  return apply(operator, [x], { factor });
}

/** The inverse: [N, C, H*r, W*r] → [N, C*r*r, H, W], for known sizes. */
export function pixelUnshuffle(x: Value, factor: number): Value {
  const [batch, channels, height, width] = knownSizes(x.shape);
  const [rows, columns] = [height / factor, width / factor];
  // Rows, then columns: two transpositions that move one axis each take less time than one that moves both.
  const lines = reshape(x, [batch * channels, rows, factor, width]);
  const rowPhases = transpose(lines, [0, 2, 1, 3]);
  const pixels = reshape(rowPhases, [batch * channels * factor, rows * columns, factor]);
  return reshape(transposeMatrices(pixels), [batch, channels * factor * factor, rows, columns]);
}
