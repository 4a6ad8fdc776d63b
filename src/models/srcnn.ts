/**
 * SRCNN: "Image Super-Resolution Using Deep Convolutional Networks", Dong et al., TPAMI 2016.
 * https://arxiv.org/abs/1501.00092; key names and zero padding as in yjn870's PyTorch code.
 *
 * The network sees the picture already enlarged by bicubic interpolation and keeps its size.
 */
import { type Block, block } from '../nn/block.ts';
import { conv, reluLayer } from '../nn/layers.ts';
import type { StateDict } from '../tensor.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';
import { checkOptions } from './check-options.ts';
import { missingKernels } from './state.ts';

export interface SrcnnOptions extends NetworkOptions {
  /** Side of the second convolution's kernel: 1, 3 or 5, for the paper's 9-1-5, 9-3-5 and 9-5-5. */
  middleKernel: number;
  /** Channels after the first convolution (n₁). */
  features: number;
  /** Channels after the second convolution (n₂). */
  mappedFeatures: number;
}

/** The 9-5-5 network on Y. */
export const SRCNN_DEFAULTS: SrcnnOptions = {
  scale: 2,
  colors: 1,
  valueRange: 1,
  middleKernel: 5,
  features: 64,
  mappedFeatures: 32,
};

export function build(options: SrcnnOptions): Block {
  const { colors, middleKernel, features, mappedFeatures } = options;
  checkOptions('srcnn', options, {
    colors: [colors === 1 || colors === 3, '1 (Y) or 3 (RGB)'],
    middleKernel: [[1, 3, 5].includes(middleKernel), '1, 3 or 5'],
  });
  return block({
    children: {
      conv1: conv(colors, features, 9),
      conv2: conv(features, mappedFeatures, middleKernel),
      conv3: conv(mappedFeatures, colors, 5),
      relu: reluLayer,
    },
    forward(x, own) {
      const relu = own.child('relu');
      const patches = relu(own.child('conv1')(x));
      return own.child('conv3')(relu(own.child('conv2')(patches)));
    },
  });
}

function optionsFrom(state: StateDict): SrcnnOptions {
  const [features = 0, colors = 0] = state.get('conv1.weight')?.dims ?? [];
  const [mappedFeatures = 0, , middleKernel = 0] = state.get('conv2.weight')?.dims ?? [];
  return { ...SRCNN_DEFAULTS, colors, middleKernel, features, mappedFeatures };
}

export const srcnn: Architecture<SrcnnOptions> = {
  id: 'srcnn',
  title: 'SRCNN',
  paper: 'https://arxiv.org/abs/1501.00092',
  defaults: SRCNN_DEFAULTS,
  configurations: [1, 3, 5].map((middleKernel) => ({
    name: `9-${middleKernel}-5, Y, ×2`,
    options: { middleKernel },
  })),
  namings: ["yjn870's code"],
  build,
  officialKeys: (state) => state,
  // One naming of ESPCN has the same keys; its kernels are 5-3-3.
  detect: (state) =>
    missingKernels(state, { 'conv1.weight': 9, 'conv2.weight': undefined, 'conv3.weight': 5 }),
  optionsFrom,
  guesses: () => ({
    scale: 'weights of SRCNN fit any enlargement and do not tell the one that they are for',
  }),
  enlargedInput: true,
};
