/**
 * Layer attention (HAN, section 3.2) and the convolution after it. The outputs of all layers, newest first, are
 * each replaced by themselves plus a weighted sum of all of them, and a convolution sees the result. At 510×340
 * pixels a stack of 11 layers of 64 channels takes 490 MB, and its replacement as much again. So the layers are
 * never stacked whole: all of this is linear in them, so it is done for a few channels of every layer at a time.
 */
import { add } from '../graph/ops/add.ts';
import { channelGram } from '../graph/ops/channel-gram.ts';
import { concat } from '../graph/ops/concat.ts';
import { constant, diagonal } from '../graph/ops/constant.ts';
import { conv2d } from '../graph/ops/conv2d.ts';
import { mixChannels } from '../graph/ops/mix-channels.ts';
import { multiply } from '../graph/ops/multiply.ts';
import { multiplyConstant } from '../graph/ops/multiply-constant.ts';
import { reshape } from '../graph/ops/reshape.ts';
import { slice } from '../graph/ops/slice.ts';
import { softmax } from '../graph/ops/softmax.ts';
import { timesDim } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';

/**
 * Channels of every layer that are stacked at a time. The two numbers differ so that a runtime that finds equal
 * subexpressions does not keep the stacks of the first pass until the second.
 */
const CHANNELS_COMPARED = 4;
const CHANNELS_MIXED = 8;

export interface LayerAttentionOptions {
  /** Outputs of the layers, newest first, each [N, features, H, W]. */
  layers: readonly Value[];
  features: number;
  /** What the weighted sums are multiplied with: [1]. */
  gamma: Value;
  /** The convolution's kernel [O, layers * features, 3, 3] and bias [O]. */
  weight: Value;
  bias: Value;
}

/** The convolution of the layers after attention between them: [N, O, H, W]. */
export function attendedConv({ layers, features, gamma, weight, bias }: LayerAttentionOptions): Value {
  const attended = multiply(gamma, layerWeights(layers, features));
  const mix = add(attended, diagonal(layers.length, 1));
  const outputs = weight.shape[0] as number;
  const kernels = reshape(weight, [outputs, layers.length, features, 9]);
  const none = constant({ data: new Float32Array(outputs), dims: [outputs] });
  const parts = ranges(features, CHANNELS_MIXED).map(([start, end]) => {
    const [batch, , height, width] = layers[0]!.shape;
    const channels = layers.length * (end - start);
    const mixed = mixChannels(mix, stacked(layers, start, end));
    const kernel = reshape(slice(kernels, 2, start, end), [outputs, channels, 3, 3]);
    const picture = reshape(mixed, [batch!, channels, height!, width!]);
    return conv2d(picture, kernel, start === 0 ? bias : none, { padding: 1 });
  });
  return parts.reduce(add);
}

/**
 * How much of each layer is added to each: [N, L, L]. The original takes the softmax of what is left to the
 * largest dot product in a row, so the layer that is least alike weighs most. Without the detour by the largest,
 * which softmax does not notice, dot products that are almost equal keep all their digits.
 */
function layerWeights(layers: readonly Value[], features: number): Value {
  const parts = ranges(features, CHANNELS_COMPARED).map(([start, end]) => {
    const stack = stacked(layers, start, end);
    return channelGram(stack, stack, { over: 'sum' });
  });
  return softmax(multiplyConstant(parts.reduce(add), -1));
}

/** Some channels of every layer as one channel of each: [N, layers, (end - start) * H, W]. */
function stacked(layers: readonly Value[], start: number, end: number): Value {
  const stack = concat(
    layers.map((layer) => slice(layer, 1, start, end)),
    1,
  );
  const [batch, , height, width] = stack.shape;
  return reshape(stack, [batch!, layers.length, timesDim(height!, end - start), width!]);
}

/** 0..count in steps of `size`, the last one smaller where it does not fit. */
function ranges(count: number, size: number): [start: number, end: number][] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => [
    i * size,
    Math.min(count, (i + 1) * size),
  ]);
}
