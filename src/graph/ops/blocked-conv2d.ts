import { integers, type OnnxEmitter } from '../emitter.ts';
import { knownSize, ShapeError } from '../shape.ts';
import { apply, type Operator, type Value } from '../value.ts';
import { type Conv2dOptions, conv2dShape } from './conv2d.ts';

interface Attributes extends Conv2dOptions {
  /** Channels that lie together in memory. */
  readonly block: number;
  /** Shape of the kernel. */
  readonly kernel: readonly number[];
}

const operator: Operator<Attributes> = {
  name: 'blockedConv2d',
  shape([x = [], weight = [], bias], { padding, block }) {
    if (knownSize(weight[0]) % block !== 0 || knownSize(weight[1]) % block !== 0)
      throw new ShapeError(this.name, `channels in multiples of ${block}`, x, weight);
    return conv2dShape(this.name, x, weight, bias, padding);
  },
  onnx(emit, [x = '', weight = '', ...bias], { padding, block, kernel }) {
    const [outputs = 0, , rows = 0, columns = 0] = kernel;
    const filter = inBlocks(emit, weight, kernel, block);
    const picture = emit.node('com.microsoft.nchwc.ReorderInput', [x]);
    const result = emit.node('com.microsoft.nchwc.Conv', [picture, filter, ...bias], {
      kernel_shape: { ints: [rows, columns] },
      pads: { ints: [padding, padding, padding, padding] },
      strides: { ints: [1, 1] },
      dilations: { ints: [1, 1] },
      group: { int: 1 },
    });
    return emit.node('com.microsoft.nchwc.ReorderOutput', [result], { channels: { int: outputs } });
  },
};

/**
 * A kernel [O, I, h, w] in the order [O/b, I/b, h, w, b inputs, b outputs]. Two exchanges of neighbouring axes take half
 * the time of one Transpose of all axes.
 */
function inBlocks(emit: OnnxEmitter, weight: string, kernel: readonly number[], block: number): string {
  const [outputs = 0, inputs = 0, rows = 0, columns = 0] = kernel;
  const exchange = (value: string, shape: readonly number[], order: readonly number[]) =>
    emit.node('Transpose', [emit.node('Reshape', [value, integers(emit, ...shape)])], {
      perm: { ints: order },
    });
  const outputsLast = exchange(weight, [outputs / block, block, inputs * rows * columns], [0, 2, 1]);
  const blocks = (outputs / block) * (inputs / block);
  const filter = exchange(outputsLast, [blocks, block, rows * columns, block], [0, 2, 1, 3]);
  return emit.node('Reshape', [filter, integers(emit, ...kernel)]);
}

/**
 * `conv2d` with the operators that ONNX Runtime's own optimiser takes on the CPU where a kernel never changes: they
 * compute on `block` channels at a time, a number that depends on the processor. Kernels that training changes it
 * leaves alone, so here the kernel is brought into that order in every run, which takes next to no time.
 */
export function blockedConv2d(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  options: Conv2dOptions & { block: number },
): Value {
  const kernel = weight.shape.map(knownSize);
  return apply(operator, bias ? [x, weight, bias] : [x, weight], { ...options, kernel });
}
