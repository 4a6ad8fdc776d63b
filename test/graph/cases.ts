/** What PyTorch gave for each operator (scripts/record_operators.py). */
import { readFileSync } from 'node:fs';
import { absolute } from '../../src/graph/ops/absolute.ts';
import { add } from '../../src/graph/ops/add.ts';
import { attention } from '../../src/graph/ops/attention.ts';
import { blockedConv2d } from '../../src/graph/ops/blocked-conv2d.ts';
import { centreCrop } from '../../src/graph/ops/centre-crop.ts';
import { channelGram } from '../../src/graph/ops/channel-gram.ts';
import { concat } from '../../src/graph/ops/concat.ts';
import { constant } from '../../src/graph/ops/constant.ts';
import { conv2d } from '../../src/graph/ops/conv2d.ts';
import { conv2dWeightGradient } from '../../src/graph/ops/conv2d-weight-gradient.ts';
import { expand } from '../../src/graph/ops/expand.ts';
import { firstLargest } from '../../src/graph/ops/first-largest.ts';
import { globalAveragePool } from '../../src/graph/ops/global-average-pool.ts';
import { half } from '../../src/graph/ops/half.ts';
import { matmul } from '../../src/graph/ops/matmul.ts';
import { maxPool } from '../../src/graph/ops/max-pool.ts';
import { mixChannels } from '../../src/graph/ops/mix-channels.ts';
import { multiply } from '../../src/graph/ops/multiply.ts';
import { multiplyConstant } from '../../src/graph/ops/multiply-constant.ts';
import { pad } from '../../src/graph/ops/pad.ts';
import { pixelShuffle } from '../../src/graph/ops/pixel-shuffle.ts';
import { power } from '../../src/graph/ops/power.ts';
import { reduceSum } from '../../src/graph/ops/reduce-sum.ts';
import { relu } from '../../src/graph/ops/relu.ts';
import { reluGradient } from '../../src/graph/ops/relu-gradient.ts';
import { reshape } from '../../src/graph/ops/reshape.ts';
import { reverse } from '../../src/graph/ops/reverse.ts';
import { sigmoid } from '../../src/graph/ops/sigmoid.ts';
import { sign } from '../../src/graph/ops/sign.ts';
import { slice } from '../../src/graph/ops/slice.ts';
import { softmax } from '../../src/graph/ops/softmax.ts';
import { subtract } from '../../src/graph/ops/subtract.ts';
import { tanh } from '../../src/graph/ops/tanh.ts';
import { transpose } from '../../src/graph/ops/transpose.ts';
import { volumeConv } from '../../src/graph/ops/volume-conv.ts';
import type { Value } from '../../src/graph/value.ts';
import { openWorkspace } from '../../src/node/workspace.ts';
import type { Tensor } from '../../src/tensor.ts';
import { findChannelBlock } from '../../src/train/engine/channel-block.ts';

const workspace = await openWorkspace({ device: 'cpu' });
const channelBlock = await findChannelBlock(workspace);
await workspace.dispose();

type Attributes = Partial<
  Record<
    | 'padding'
    | 'kernel'
    | 'factor'
    | 'exponent'
    | 'axis'
    | 'start'
    | 'end'
    | 'before'
    | 'after'
    | 'part'
    | 'limit',
    number
  > &
    Record<'axes' | 'order' | 'to' | 'dims', number[]> & { over: 'sum' | 'mean'; data: Float32Array }
>;

export interface Case {
  readonly operator: keyof typeof OPERATORS;
  readonly attributes: Attributes;
  readonly operands: readonly Tensor[];
  readonly result: Tensor;
  /** Missing where the operator has no gradient. */
  readonly backward?: {
    /** The gradient of the result. */
    readonly upstream: Tensor;
    /** Of each operand. */
    readonly gradients: readonly Tensor[];
    /** Whether the function has no derivative at some operand, so that PyTorch chose one. */
    readonly kink: boolean;
  };
}

type Build = (operands: readonly Value[], attributes: Attributes) => Value;
const OPERATORS = {
  absolute: ([x]) => absolute(x!),
  add: ([a, b]) => add(a!, b!),
  attention: ([queries, keys, values]) => attention(queries!, keys!, values!),
  blockedConv2d: ([x, weight, bias], { padding = 0 }) =>
    blockedConv2d(x!, weight!, bias, { padding, block: channelBlock! }),
  centreCrop: ([x], { limit = 0 }) => centreCrop(x!, limit),
  channelGram: ([a, b], { over = 'sum' }) => channelGram(a!, b!, { over }),
  concat: (parts, { axis = 0 }) => concat(parts, axis),
  constant: (_, { dims = [], data = new Float32Array() }) => constant({ dims, data }),
  conv2d: ([x, weight, bias], { padding = 0 }) => conv2d(x!, weight!, bias, { padding }),
  conv2dWeightGradient: ([x, upstream], { padding = 0, kernel = 1 }) =>
    conv2dWeightGradient(x!, upstream!, { padding, kernel }),
  expand: ([x], { to = [] }) => expand(x!, to),
  firstLargest: ([x], { axis = 0 }) => firstLargest(x!, axis),
  globalAveragePool: ([x]) => globalAveragePool(x!),
  half: ([x], { axis = 0, part }) => half(x!, axis, part === 1 ? 1 : 0),
  matmul: ([a, b]) => matmul(a!, b!),
  maxPool: ([x]) => maxPool(x!),
  mixChannels: ([weights, x]) => mixChannels(weights!, x!),
  multiply: ([a, b]) => multiply(a!, b!),
  multiplyConstant: ([x], { factor = 1 }) => multiplyConstant(x!, factor),
  pad: ([x], { axis = 0, before = 0, after = 0 }) => pad(x!, axis, before, after),
  pixelShuffle: ([x], { factor = 1 }) => pixelShuffle(x!, factor),
  power: ([x], { exponent = 1 }) => power(x!, exponent),
  reduceSum: ([x], { axes = [] }) => reduceSum(x!, axes),
  relu: ([x]) => relu(x!),
  reluGradient: ([result, upstream]) => reluGradient(result!, upstream!),
  reshape: ([x], { to = [] }) => reshape(x!, to),
  reverse: ([x], { axis = 0 }) => reverse(x!, axis),
  sigmoid: ([x]) => sigmoid(x!),
  sign: ([x]) => sign(x!),
  slice: ([x], { axis = 0, start = 0, end = 0 }) => slice(x!, axis, start, end),
  softmax: ([x]) => softmax(x!),
  subtract: ([a, b]) => subtract(a!, b!),
  tanh: ([x]) => tanh(x!),
  transpose: ([x], { order = [] }) => transpose(x!, order),
  volumeConv: ([x, weight, bias]) => volumeConv(x!, weight!, bias),
} satisfies Record<string, Build>;

export const CASES: readonly Case[] = JSON.parse(
  readFileSync('test/graph/fixtures/operators.json', 'utf8'),
  (key, value) => (key === 'data' ? Float32Array.from(value as number[]) : value),
);

/** Whether this machine has the kernels for a case. */
export function runsHere({ operator }: Case): boolean {
  return operator !== 'blockedConv2d' || channelBlock !== undefined;
}

/** The operator of a case applied to some operands. */
export function build({ operator, attributes }: Case, operands: readonly Value[]): Value {
  return OPERATORS[operator](operands, attributes);
}
