/**
 * ESPCN: "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
 * Network", Shi et al., CVPR 2016. https://arxiv.org/abs/1609.05158
 *
 * Two public codes give two functions their own key names: yjn870's ends with the pixel shuffle, leftthomas'
 * with a sigmoid after it. The names are kept, as they alone tell which one a file is for.
 */
import { type Block, sequential } from '../nn/block.ts';
import { conv, pixelShuffleLayer, sigmoidLayer, tanhLayer } from '../nn/layers.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions, SomeOptions } from './architecture.ts';
import { checkOptions } from './check-options.ts';
import { missingKernels } from './state.ts';

export interface EspcnOptions extends NetworkOptions {
  /** Channels after the first convolution. */
  features: number;
  /** Channels after the second convolution. */
  mappedFeatures: number;
  /** Whether a sigmoid follows the pixel shuffle (leftthomas' code) or nothing does (yjn870's, and the paper). */
  finalSigmoid: boolean;
}

export const ESPCN_DEFAULTS: EspcnOptions = {
  scale: 3,
  colors: 1,
  valueRange: 1,
  features: 64,
  mappedFeatures: 32,
  finalSigmoid: false,
};

export function build(options: EspcnOptions): Block {
  const { scale, colors, features, mappedFeatures, finalSigmoid } = options;
  checkOptions('espcn', options, { colors: [colors === 1 || colors === 3, '1 (Y) or 3 (RGB)'] });
  const first = conv(colors, features, 5);
  const second = conv(features, mappedFeatures, 3);
  const third = conv(mappedFeatures, colors * scale * scale, 3);
  const shuffle = pixelShuffleLayer(scale);
  if (finalSigmoid) {
    return sequential({
      conv1: first,
      tanh1: tanhLayer,
      conv2: second,
      tanh2: tanhLayer,
      conv3: third,
      pixel_shuffle: shuffle,
      sigmoid: sigmoidLayer,
    });
  }
  return sequential({
    first_part: sequential([first, tanhLayer, second, tanhLayer]),
    last_part: sequential([third, shuffle]),
  });
}

/** The three convolutions in yjn870's code and in leftthomas'. */
const NAMES = [
  ['first_part.0.', 'conv1.'],
  ['first_part.2.', 'conv2.'],
  ['last_part.0.', 'conv3.'],
] as const;

/** The names of the code whose function is asked for; the file's own where none is. */
function keysFor(state: StateDict, { finalSigmoid }: SomeOptions = {}): StateDict {
  if (finalSigmoid === undefined) return state;
  const rename = (key: string) => {
    const names = NAMES.find((pair) => pair.some((name) => key.startsWith(name)));
    return names ? names[Number(finalSigmoid)] + key.slice(key.lastIndexOf('.') + 1) : key;
  };
  return new Map([...state].map(([key, value]) => [rename(key), value]));
}

function hasSigmoid(state: StateDict): boolean {
  return state.has('conv1.weight');
}

function weights(state: StateDict): string[] {
  return NAMES.map((names) => `${names[Number(hasSigmoid(state))]}weight`);
}

function detect(state: StateDict): string[] {
  const [first = '', second = '', last = ''] = weights(state);
  return missingKernels(state, { [first]: 5, [second]: 3, [last]: 3 });
}

function optionsFrom(state: StateDict): EspcnOptions {
  const [first = [], second = [], last = []] = weights(state).map((key) => state.get(key)?.dims);
  const [features = 0, colors = 0] = first;
  const [mappedFeatures = 0] = second;
  const scale = Math.sqrt((last[0] ?? 0) / colors);
  return { ...ESPCN_DEFAULTS, scale, colors, features, mappedFeatures, finalSigmoid: hasSigmoid(state) };
}

export const espcn: Architecture<EspcnOptions> = {
  id: 'espcn',
  title: 'ESPCN',
  paper: 'https://arxiv.org/abs/1609.05158',
  defaults: ESPCN_DEFAULTS,
  configurations: [2, 3, 4, 8].map((scale) => ({ name: `Y, ×${scale}`, options: { scale } })),
  namings: ["yjn870's code", "leftthomas' code"],
  build,
  officialKeys: keysFor,
  detect,
  optionsFrom,
  // leftthomas' code converts colours as JPEG does.
  lumaRange: ({ finalSigmoid }) => (finalSigmoid ? 'full' : 'studio'),
};
