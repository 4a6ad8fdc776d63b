/**
 * EDSR: "Enhanced Deep Residual Networks for Single Image Super-Resolution", Lim et al., CVPR Workshops 2017.
 * https://arxiv.org/abs/1707.02921; layers and key names as in the authors' PyTorch code.
 */
import { type Block, repeat } from '../nn/block.ts';
import { deepResidual } from '../nn/deep-residual.ts';
import { conv, reluLayer } from '../nn/layers.ts';
import { skip } from '../nn/residual.ts';
import { upsamplerScale } from '../nn/upsampler.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { fromBasicSr } from './basicsr-keys.ts';
import { checkOptions, edsrRules } from './check-options.ts';
import { childCount, valueRangeFrom, valueRangeGuess } from './state.ts';

export interface EdsrOptions extends NetworkOptions {
  /** Number of residual blocks (B). */
  residualBlocks: number;
  /** Channels between the blocks (F). */
  features: number;
  /** What each residual block's result is multiplied with before its input is added. */
  resScale: number;
}

/** The baseline network. */
export const EDSR_DEFAULTS: EdsrOptions = {
  scale: 2,
  colors: 3,
  valueRange: 255,
  residualBlocks: 16,
  features: 64,
  resScale: 1,
};

/** The network of the paper's main results: the size and the residual scaling of its section 3.3. */
export const EDSR_FULL: EdsrOptions = { ...EDSR_DEFAULTS, residualBlocks: 32, features: 256, resScale: 0.1 };

/** Conv, ReLU, conv, times `resScale`, plus the input. */
function residualBlock({ features, resScale }: EdsrOptions): Block {
  return skip([conv(features, features, 3), reluLayer, conv(features, features, 3)], resScale);
}

export function build(options: EdsrOptions): Block {
  checkOptions('edsr', options, edsrRules(options), ['resScale']);
  return deepResidual(options, repeat(options.residualBlocks, residualBlock(options)));
}

const SIGNATURE = ['head.0.weight', 'body.0.body.0.weight', 'body.0.body.2.weight', 'tail.1.weight'];

function optionsFrom(state: StateDict): EdsrOptions {
  const [features = 0, colors = 0] = state.get('head.0.weight')?.dims ?? [];
  const residualBlocks = childCount(state, 'body') - 1;
  const full = features === EDSR_FULL.features && residualBlocks === EDSR_FULL.residualBlocks;
  return {
    scale: upsamplerScale(state, 'tail.0', features),
    colors,
    valueRange: valueRangeFrom(state),
    residualBlocks,
    features,
    resScale: (full ? EDSR_FULL : EDSR_DEFAULTS).resScale,
  };
}

export const edsr: Architecture<EdsrOptions> = {
  id: 'edsr',
  title: 'EDSR',
  paper: 'https://arxiv.org/abs/1707.02921',
  defaults: EDSR_DEFAULTS,
  configurations: [2, 3, 4].flatMap((scale) => [
    { name: `baseline ×${scale}`, options: { scale } },
    { name: `full ×${scale}`, options: { ...EDSR_FULL, scale } },
  ]),
  namings: ["the authors' code", 'BasicSR'],
  build,
  officialKeys: fromBasicSr,
  detect: (state) => SIGNATURE.filter((key) => !state.has(key)),
  optionsFrom,
  guesses: (state) => ({
    ...valueRangeGuess(state),
    resScale: 'weights do not tell it; published networks have 0.1 with 32 blocks of 256 features, else 1',
  }),
};
