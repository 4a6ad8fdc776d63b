/**
 * SAN: "Second-order Attention Network for Single Image Super-Resolution", Dai et al., CVPR 2019.
 * https://openaccess.thecvf.com/content_CVPR_2019/html/Dai_Second-Order_Attention_Network_for_Single_Image_Super-Resolution_CVPR_2019_paper.html
 * Layers and key names as in the authors' PyTorch code, with the parameters that it makes and never uses.
 */
import { add } from '../graph/ops/add.ts';
import { multiply } from '../graph/ops/multiply.ts';
import { type Block, block, type ParameterSpec, repeat, sequential } from '../nn/block.ts';
import { secondOrderAttention } from '../nn/channel-attention.ts';
import { conv, reluLayer } from '../nn/layers.ts';
import { meanShift } from '../nn/mean-shift.ts';
import { REGION_NON_LOCAL_LEAST_SIDE, regionNonLocal } from '../nn/non-local.ts';
import { upsampler, upsamplerScale } from '../nn/upsampler.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { attentionRules, checkOptions } from './check-options.ts';
import { childCount, valueRangeFrom, valueRangeGuess } from './state.ts';

export interface SanOptions extends NetworkOptions {
  /** Number of local-source residual attention groups (G). */
  residualGroups: number;
  /** Number of residual blocks in each group (B). */
  residualBlocks: number;
  /** Channels between the blocks (F). */
  features: number;
  /** Second-order attention works on features / reduction channels (r). */
  reduction: number;
}

export const SAN_DEFAULTS: SanOptions = {
  scale: 2,
  colors: 3,
  valueRange: 255,
  residualGroups: 20,
  residualBlocks: 10,
  features: 64,
  reduction: 16,
};

/** The non-local block works on features / 8 channels, whatever the option `reduction` says. */
const NON_LOCAL_REDUCTION = 8;
const GAMMA: ParameterSpec = { shape: [1], initial: { constant: 0 } };

/** Conv, ReLU, conv, plus the input. */
function residualBlock(features: number): Block {
  return block({
    children: {
      conv_first: sequential([conv(features, features, 3), reluLayer, conv(features, features, 3)]),
    },
    forward: (x, own) => add(own.child('conv_first')(x), x),
  });
}

/** Residual blocks, second-order attention, a convolution, plus the input. `gamma` is never used. */
function attentionGroup({ residualBlocks, features, reduction }: SanOptions): Block {
  return block({
    parameters: { gamma: GAMMA },
    children: {
      rcab: sequential(repeat(residualBlocks, residualBlock(features))),
      soca: secondOrderAttention(features, reduction),
      conv_last: conv(features, features, 3),
    },
    forward: (x, own) => add(own.child('conv_last')(own.child('soca')(own.child('rcab')(x))), x),
  });
}

/** The region-level non-local block. `soca` is never used. */
function nonLocal(features: number): Block {
  return block({
    children: {
      soca: secondOrderAttention(features, NON_LOCAL_REDUCTION),
      non_local: regionNonLocal(features, Math.floor(features / NON_LOCAL_REDUCTION)),
    },
    forward: (x, own) => own.child('non_local')(x),
  });
}

export function build(options: SanOptions): Block {
  const { scale, colors, valueRange, residualGroups, features } = options;
  checkOptions('san', options, {
    ...attentionRules(options),
    features: [features >= NON_LOCAL_REDUCTION, `at least ${NON_LOCAL_REDUCTION}`],
  });
  return block({
    parameters: { gamma: GAMMA },
    children: {
      sub_mean: meanShift(valueRange, -1),
      RG: sequential(repeat(residualGroups, attentionGroup(options))),
      // Never used.
      conv_last: conv(features, features, 3),
      add_mean: meanShift(valueRange, 1),
      non_local: nonLocal(features),
      head: sequential([conv(colors, features, 3)]),
      tail: sequential([upsampler(scale, features), conv(features, colors, 3)]),
    },
    forward: (x, own) => {
      const shallow = own.child('head')(own.child('sub_mean')(x));
      const source = own.child('non_local')(shallow);
      // Each group's result plus the same share of the source.
      const shared = multiply(own.parameter('gamma'), source);
      let deep = source;
      for (let i = 0; i < residualGroups; i++) deep = add(own.child(`RG.${i}`)(deep), shared);
      const result = add(own.child('non_local')(deep), shallow);
      return own.child('add_mean')(own.child('tail')(result));
    },
  });
}

const SIGNATURE = [
  'head.0.weight',
  'RG.0.rcab.0.conv_first.0.weight',
  'RG.0.soca.conv_du.0.weight',
  'non_local.non_local.theta.weight',
  'tail.1.weight',
];

function optionsFrom(state: StateDict): SanOptions {
  const [features = 0, colors = 0] = state.get('head.0.weight')?.dims ?? [];
  const bottleneck = state.get('RG.0.soca.conv_du.0.weight')?.dims[0] ?? 0;
  return {
    scale: upsamplerScale(state, 'tail.0', features),
    colors,
    valueRange: valueRangeFrom(state),
    residualGroups: childCount(state, 'RG'),
    residualBlocks: childCount(state, 'RG.0.rcab'),
    features,
    reduction: Math.floor(features / bottleneck),
  };
}

export const san: Architecture<SanOptions> = {
  id: 'san',
  title: 'SAN',
  paper:
    'https://openaccess.thecvf.com/content_CVPR_2019/html/Dai_Second-Order_Attention_Network_for_Single_Image_Super-Resolution_CVPR_2019_paper.html',
  defaults: SAN_DEFAULTS,
  configurations: [2, 3, 4, 8].map((scale) => ({ name: `×${scale}`, options: { scale } })),
  leastSide: REGION_NON_LOCAL_LEAST_SIDE,
  build,
  officialKeys: (state) => state,
  detect: (state) => SIGNATURE.filter((key) => !state.has(key)),
  optionsFrom,
  guesses: valueRangeGuess,
};
