/**
 * Dot-product attention between pictures without the matrix of all weights, which for 43,350 queries and 10,837
 * keys takes 1.9 GB: queries are taken in blocks, in ONNX's Scan. A block sees all keys, so each softmax is
 * complete and nothing needs to be streamed. Plain ONNX, so every runtime reads it; on the CPU as fast as ONNX
 * Runtime's own flash attention (com.microsoft.MultiHeadAttention) at these sizes.
 */
import { integers, type OnnxEmitter } from '../emitter.ts';
import { flatPixels } from '../flat-pixels.ts';
import { type Shape, ShapeError, sameDim } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { matmul } from './matmul.ts';
import { reshape } from './reshape.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { transposeMatrices } from './transpose.ts';

/** Queries in a block. */
const BLOCK = 256;

const operator: Operator<undefined> = {
  name: 'attention',
  shape([queries = [], keys = [], values = []]) {
    const pictures = [queries, keys, values].every((shape) => shape.length === 4);
    const alike = (a: Shape, b: Shape, axes: number[]) => axes.every((axis) => sameDim(a[axis]!, b[axis]!));
    if (!pictures || !alike(queries, keys, [0, 1]) || !alike(keys, values, [0, 2, 3])) {
      throw new ShapeError(this.name, '[N, C, H, W], [N, C, h, w] and [N, D, h, w]', queries, keys, values);
    }
    const [batch, , height, width] = queries as Shape;
    return [batch!, values[1]!, height!, width!];
  },
  multiplyAdds([queries = [], keys = [], values = []]) {
    const pairs = queries[0]! * queries[2]! * queries[3]! * keys[2]! * keys[3]!;
    return pairs * (keys[1]! + values[1]!);
  },
  scratch([queries = [], , values = []]) {
    const [batch = 1, inner = 1, height = 1, width = 1] = queries;
    const [, outer = 1, rows = 1, columns = 1] = values;
    const blocks = Math.ceil((height * width) / BLOCK) * BLOCK;
    // Twice, for what goes into a product or a transposition and what comes out.
    const ends = (inner + outer) * (blocks + rows * columns);
    return 2 * batch * (BLOCK * rows * columns + ends);
  },
  onnx(emit, [queries = '', keys = '', values = '']) {
    const flat = integers(emit, 0, 0, -1);
    const [q, k, v] = [queries, keys, values].map((x) => emit.node('Reshape', [x, flat]));
    const turned = emit.node('Transpose', [v!], { perm: { ints: [0, 2, 1] } });
    const results = emit.node('Scan', [blocksOf(emit, q!)], {
      num_scan_inputs: { int: 1 },
      body: {
        body: {
          inputs: 1,
          write: (step, [block = '']) => {
            const weights = step.node('Softmax', [step.node('MatMul', [block, k!])], { axis: { int: -1 } });
            return step.node('MatMul', [weights, turned]);
          },
        },
      },
    });
    return joinBlocks(emit, results, queries, values);
  },
  // The matrix of all weights is made here: training sees patches, not pictures.
  gradient({ operands }, upstream) {
    const [queries, keys, values] = operands.map(flatPixels) as [Value, Value, Value];
    const gradient = flatPixels(upstream);
    const weights = softmax(matmul(transposeMatrices(queries), keys));
    const products = softmaxGradient(weights, matmul(transposeMatrices(gradient), values));
    return [
      matmul(keys, transposeMatrices(products)),
      matmul(queries, products),
      matmul(gradient, weights),
    ].map((value, i) => reshape(value, operands[i]!.shape));
  },
};

/** [N, C, n] → [blocks, N, BLOCK, C], filled up with zeros. */
function blocksOf(emit: OnnxEmitter, q: string): string {
  const count = emit.node('Gather', [emit.node('Shape', [q]), integers(emit, 2)]);
  const fill = emit.node('Mod', [emit.node('Neg', [count]), integers(emit, BLOCK)]);
  const pads = emit.node('Concat', [integers(emit, 0, 0, 0, 0, 0), fill], { axis: { int: 0 } });
  const filled = emit.node('Pad', [q, pads]);
  const blocks = emit.node('Reshape', [filled, integers(emit, 0, 0, -1, BLOCK)]);
  return emit.node('Transpose', [blocks], { perm: { ints: [2, 0, 3, 1] } });
}

/** [blocks, N, BLOCK, D] → [N, D, H, W], without what was filled up. */
function joinBlocks(emit: OnnxEmitter, results: string, queries: string, values: string): string {
  const joined = emit.node('Transpose', [results], { perm: { ints: [1, 3, 0, 2] } });
  const flat = emit.node('Reshape', [joined, integers(emit, 0, 0, -1)]);
  const sizes = emit.node('Shape', [queries]);
  const [height, width] = [2, 3].map((axis) => emit.node('Gather', [sizes, integers(emit, axis)]));
  const count = emit.node('Mul', [height!, width!]);
  const cut = emit.node('Slice', [flat, integers(emit, 0), count, integers(emit, 2)]);
  const channels = emit.node('Gather', [emit.node('Shape', [values]), integers(emit, 0, 1)]);
  const dims = emit.node('Concat', [channels, height!, width!], { axis: { int: 0 } });
  return emit.node('Reshape', [cut, dims]);
}

/**
 * For each pixel of `queries` the mean of `values`, weighted by the softmax of its dot products with all pixels
 * of `keys` (not scaled): [N, C, H, W], [N, C, h, w] and [N, D, h, w] → [N, D, H, W].
 */
export function attention(queries: Value, keys: Value, values: Value): Value {
  return apply(operator, [queries, keys, values], undefined);
}
