import type { StateDict } from '../tensor.ts';
import { type Block, repeat, sequential } from './block.ts';
import { conv, pixelShuffleLayer } from './layers.ts';

/** Whether a scale is one of EDSR's upsampler (1 is the empty one), and which are. */
export function upsamplerScaleRule(scale: number): readonly [boolean, string] {
  return [[1, 2, 3, 4, 8, 16].includes(scale), '1, 2, 3, 4, 8 or 16'];
}

/** EDSR's upsampler: ×3 in one convolution and pixel shuffle, others in steps of ×2; no activation. */
export function upsampler(scale: number, features: number): Block {
  const factor = scale === 3 ? 3 : 2;
  const steps = scale === 3 ? 1 : Math.log2(scale);
  const step = [conv(features, factor * factor * features, 3), pixelShuffleLayer(factor)];
  return sequential(repeat(steps, step).flat());
}

/** The scale of the upsampler whose keys begin with `prefix`, from its convolutions. */
export function upsamplerScale(state: StateDict, prefix: string, features: number): number {
  const kernels = [...state.keys()].filter((key) => key.startsWith(`${prefix}.`) && key.endsWith('.weight'));
  const first = state.get(`${prefix}.0.weight`)?.dims[0];
  return kernels.length === 1 && first === 9 * features ? 3 : 2 ** kernels.length;
}
