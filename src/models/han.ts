/**
 * HAN: "Single Image Super-Resolution via a Holistic Attention Network", Niu et al., ECCV 2020.
 * https://arxiv.org/abs/2008.08767; layers and key names as in the authors' PyTorch code.
 */
import { add } from '../graph/ops/add.ts';
import { concat } from '../graph/ops/concat.ts';
import type { Value } from '../graph/value.ts';
import { type Block, block, type Own, repeat, sequential } from '../nn/block.ts';
import { channelSpatialAttention } from '../nn/channel-spatial-attention.ts';
import { attendedConv } from '../nn/layer-attention.ts';
import { conv } from '../nn/layers.ts';
import { meanShift } from '../nn/mean-shift.ts';
import { upsampler } from '../nn/upsampler.ts';
import type { Architecture } from './architecture.ts';
import { attentionRules, checkOptions } from './check-options.ts';
import { optionsFrom, RCAN_DEFAULTS, type RcanOptions, residualGroup } from './rcan.ts';
import { valueRangeGuess } from './state.ts';

/**
 * RCAN's. The original is written for 10 residual groups; with G groups there are G + 1 layers to attend to, so
 * `last_conv` has (G + 1) * features inputs here.
 */
export type HanOptions = RcanOptions;

export const HAN_DEFAULTS: HanOptions = RCAN_DEFAULTS;

/** Holds the number that the layer attention is multiplied with; `last_conv` takes part in computing it. */
const layerAttention: Block = block({
  parameters: { gamma: { shape: [1], initial: { constant: 0 } } },
  forward: () => {
    throw new Error('layer attention is computed together with the convolution after it');
  },
});

export function build(options: HanOptions): Block {
  const { scale, colors, valueRange, residualGroups, features } = options;
  checkOptions('han', options, attentionRules(options));
  return block({
    children: {
      sub_mean: meanShift(valueRange, -1),
      add_mean: meanShift(valueRange, 1),
      head: sequential([conv(colors, features, 3)]),
      body: sequential([...repeat(residualGroups, residualGroup(options)), conv(features, features, 3)]),
      csa: channelSpatialAttention,
      la: layerAttention,
      last_conv: conv((residualGroups + 1) * features, features, 3),
      last: conv(2 * features, features, 3),
      tail: sequential([upsampler(scale, features), conv(features, colors, 3)]),
    },
    forward: (x, own) => {
      const shallow = own.child('head')(own.child('sub_mean')(x));
      const deep = add(holisticAttention(bodyOutputs(shallow, own, options), own, options), shallow);
      return own.child('add_mean')(own.child('tail')(deep));
    },
  });
}

/** What each group and the convolution after them give, one after the other. */
function bodyOutputs(shallow: Value, own: Own, { residualGroups }: HanOptions): Value[] {
  const outputs: Value[] = [];
  for (let i = 0; i <= residualGroups; i++) outputs.push(own.child(`body.${i}`)(outputs.at(-1) ?? shallow));
  return outputs;
}

/** Channel-spatial attention to the last layer and layer attention to all, joined by a convolution. */
function holisticAttention(layers: readonly Value[], own: Own, { features }: HanOptions): Value {
  const attended = attendedConv({
    layers: layers.toReversed(),
    features,
    gamma: own.parameter('la.gamma'),
    weight: own.parameter('last_conv.weight'),
    bias: own.parameter('last_conv.bias'),
  });
  return own.child('last')(concat([own.child('csa')(layers.at(-1)!), attended], 1));
}

const SIGNATURE = [
  'head.0.weight',
  'body.0.body.0.body.3.conv_du.0.weight',
  'csa.gamma',
  'la.gamma',
  'last_conv.weight',
  'tail.1.weight',
];

export const han: Architecture<HanOptions> = {
  id: 'han',
  title: 'HAN',
  paper: 'https://arxiv.org/abs/2008.08767',
  defaults: HAN_DEFAULTS,
  configurations: [2, 3, 4, 8].map((scale) => ({ name: `×${scale}`, options: { scale } })),
  build,
  officialKeys: (state) => state,
  detect: (state) => SIGNATURE.filter((key) => !state.has(key)),
  optionsFrom,
  guesses: valueRangeGuess,
};
