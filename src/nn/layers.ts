/** The smallest blocks: one operator each. */
import { conv2d } from '../graph/ops/conv2d.ts';
import { pixelShuffle } from '../graph/ops/pixel-shuffle.ts';
import { relu } from '../graph/ops/relu.ts';
import { sigmoid } from '../graph/ops/sigmoid.ts';
import { tanh } from '../graph/ops/tanh.ts';
import { type Block, block } from './block.ts';

/**
 * A `kernel`×`kernel` convolution with bias that keeps the picture's size (zero padding, stride 1).
 * Initialised as PyTorch's Conv2d: weight and bias uniform in ±1/√(inputs * kernel²).
 */
export function conv(inputs: number, outputs: number, kernel: number): Block {
  const uniform = 1 / Math.sqrt(inputs * kernel * kernel);
  return block({
    parameters: {
      weight: { shape: [outputs, inputs, kernel, kernel], initial: { uniform } },
      bias: { shape: [outputs], initial: { uniform } },
    },
    forward: (x, own) =>
      conv2d(x, own.parameter('weight'), own.parameter('bias'), { padding: Math.floor(kernel / 2) }),
  });
}

export const reluLayer: Block = block({ forward: relu });
export const sigmoidLayer: Block = block({ forward: sigmoid });
export const tanhLayer: Block = block({ forward: tanh });

export function pixelShuffleLayer(factor: number): Block {
  return block({ forward: (x) => pixelShuffle(x, factor) });
}
