import { conv2d } from '../graph/ops/conv2d.ts';
import { type Block, block } from './block.ts';

/** Mean of the DIV2K training pictures, RGB, as a share of the value range (EDSR-PyTorch). */
const DIV2K_MEAN = [0.4488, 0.4371, 0.404] as const;

/**
 * Subtracts (`sign` -1) or adds (`sign` +1) the mean colour: a 1×1 convolution from 3 to 3 channels, initially
 * the identity. It is a full matrix because the original trains it by accident, so checkpoints hold others.
 */
export function meanShift(valueRange: number, sign: -1 | 1): Block {
  const bias = DIV2K_MEAN.map((mean) => sign * valueRange * Math.fround(mean));
  return block({
    parameters: {
      weight: { shape: [3, 3, 1, 1], initial: { constant: [1, 0, 0, 0, 1, 0, 0, 0, 1] }, optional: true },
      bias: { shape: [3], initial: { constant: bias }, optional: true },
    },
    forward: (x, own) => conv2d(x, own.parameter('weight'), own.parameter('bias'), { padding: 0 }),
  });
}
