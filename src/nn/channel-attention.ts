import { globalAveragePool } from '../graph/ops/global-average-pool.ts';
import { multiply } from '../graph/ops/multiply.ts';
import { type Block, block, sequential } from './block.ts';
import { conv, reluLayer, sigmoidLayer } from './layers.ts';

/**
 * Channel attention (RCAN, section 3.3): each channel times a number in (0, 1) computed from the means of all
 * channels over the whole input, through a bottleneck of `features / reduction` (rounded down) channels.
 */
export function channelAttention(features: number, reduction: number): Block {
  const bottleneck = Math.floor(features / reduction);
  return block({
    children: {
      conv_du: sequential([
        conv(features, bottleneck, 1),
        reluLayer,
        conv(bottleneck, features, 1),
        sigmoidLayer,
      ]),
    },
    forward: (x, own) => multiply(x, own.child('conv_du')(globalAveragePool(x))),
  });
}
