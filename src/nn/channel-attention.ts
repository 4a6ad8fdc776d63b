import { globalAveragePool } from '../graph/ops/global-average-pool.ts';
import { multiply } from '../graph/ops/multiply.ts';
import type { Value } from '../graph/value.ts';
import { type Block, block, sequential } from './block.ts';
import { covariancePool } from './covariance-pool.ts';
import { conv, reluLayer, sigmoidLayer } from './layers.ts';

/**
 * Channel attention (RCAN, section 3.3): each channel times a number in (0, 1) computed from the means of all
 * channels over the whole input, through a bottleneck of `features / reduction` (rounded down) channels.
 */
export function channelAttention(features: number, reduction: number): Block {
  return pooledAttention(features, reduction, globalAveragePool);
}

/** Second-order channel attention (SAN, section 3.3): the same, computed from the channels' covariance. */
export function secondOrderAttention(features: number, reduction: number): Block {
  return pooledAttention(features, reduction, (x) => covariancePool(x, features));
}

/** @param pool [N, C, H, W] → [N, C, 1, 1] */
function pooledAttention(features: number, reduction: number, pool: (x: Value) => Value): Block {
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
    forward: (x, own) => multiply(x, own.child('conv_du')(pool(x))),
  });
}
