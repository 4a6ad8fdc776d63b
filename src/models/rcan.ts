/**
 * RCAN: "Image Super-Resolution Using Very Deep Residual Channel Attention Networks", Zhang et al., ECCV 2018.
 * https://arxiv.org/abs/1807.02758; layers and key names as in the authors' PyTorch code.
 */
import { type Block, repeat } from '../nn/block.ts';
import { channelAttention } from '../nn/channel-attention.ts';
import { deepResidual } from '../nn/deep-residual.ts';
import { conv, reluLayer } from '../nn/layers.ts';
import { skip } from '../nn/residual.ts';
import { upsamplerScale } from '../nn/upsampler.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { fromBasicSr } from './basicsr-keys.ts';
import { attentionRules, checkOptions } from './check-options.ts';
import { childCount, valueRangeFrom, valueRangeGuess } from './state.ts';

export interface RcanOptions extends NetworkOptions {
  /** Number of residual groups (G). */
  residualGroups: number;
  /** Number of residual channel attention blocks in each group (R). */
  residualBlocks: number;
  /** Channels between the blocks (F). */
  features: number;
  /** Channel attention works on features / reduction channels (r). */
  reduction: number;
}

export const RCAN_DEFAULTS: RcanOptions = {
  scale: 2,
  colors: 3,
  valueRange: 255,
  residualGroups: 10,
  residualBlocks: 20,
  features: 64,
  reduction: 16,
};

/** Residual channel attention block: conv, ReLU, conv, channel attention, plus the input. */
export function rcab(features: number, reduction: number): Block {
  const body = [
    conv(features, features, 3),
    reluLayer,
    conv(features, features, 3),
    channelAttention(features, reduction),
  ];
  return skip(body);
}

/** Blocks of the kind `rcab`, a convolution, plus the input. */
export function residualGroup({ residualBlocks, features, reduction }: RcanOptions): Block {
  return skip([...repeat(residualBlocks, rcab(features, reduction)), conv(features, features, 3)]);
}

export function build(options: RcanOptions): Block {
  checkOptions('rcan', options, attentionRules(options));
  return deepResidual(options, repeat(options.residualGroups, residualGroup(options)));
}

const SIGNATURE = ['head.0.weight', 'body.0.body.0.body.3.conv_du.0.weight', 'tail.1.weight'];

/** HAN's weights tell the same options. */
export function optionsFrom(state: StateDict): RcanOptions {
  const [features = 0, colors = 0] = state.get('head.0.weight')?.dims ?? [];
  const bottleneck = state.get('body.0.body.0.body.3.conv_du.0.weight')?.dims[0] ?? 0;
  return {
    scale: upsamplerScale(state, 'tail.0', features),
    colors,
    valueRange: valueRangeFrom(state),
    residualGroups: childCount(state, 'body') - 1,
    residualBlocks: childCount(state, 'body.0.body') - 1,
    features,
    reduction: Math.floor(features / bottleneck),
  };
}

export const rcan: Architecture<RcanOptions> = {
  id: 'rcan',
  title: 'RCAN',
  paper: 'https://arxiv.org/abs/1807.02758',
  defaults: RCAN_DEFAULTS,
  configurations: [2, 3, 4, 8].map((scale) => ({ name: `×${scale}`, options: { scale } })),
  namings: ["the authors' code", 'BasicSR'],
  build,
  officialKeys: fromBasicSr,
  detect: (state) => SIGNATURE.filter((key) => !state.has(key)),
  optionsFrom,
  guesses: valueRangeGuess,
};
