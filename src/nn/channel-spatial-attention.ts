import { add } from '../graph/ops/add.ts';
import { multiply } from '../graph/ops/multiply.ts';
import { sigmoid } from '../graph/ops/sigmoid.ts';
import { volumeConv } from '../graph/ops/volume-conv.ts';
import { type Block, block } from './block.ts';

/** PyTorch's Conv3d from 1 to 1 channels, 3×3×3, over channels, rows and columns. */
const conv3d: Block = block({
  parameters: {
    weight: { shape: [1, 1, 3, 3, 3], initial: { uniform: 1 / Math.sqrt(27) } },
    bias: { shape: [1], initial: { uniform: 1 / Math.sqrt(27) } },
  },
  forward: (x, own) => volumeConv(x, own.parameter('weight'), own.parameter('bias')),
});

/**
 * Channel-spatial attention (HAN, section 3.3): each sample times 1 plus `gamma` times a number in (0, 1) from its
 * neighbours in channels, rows and columns. Starts as the identity.
 */
export const channelSpatialAttention: Block = block({
  parameters: { gamma: { shape: [1], initial: { constant: 0 } } },
  children: { conv: conv3d },
  forward(x, own) {
    const mask = multiply(own.parameter('gamma'), sigmoid(own.child('conv')(x)));
    return add(multiply(x, mask), x);
  },
});
