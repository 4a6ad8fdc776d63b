/** Every network of the registry, small, with random weights from a fixed seed. */
import type { NetworkWeights } from '../../src/models/export-onnx.ts';
import { ARCHITECTURES, architectureById } from '../../src/models/registry.ts';
import { initialState } from '../../src/nn/block.ts';
import { randomSource } from '../formats/mutate.ts';

/** Sizes under the options' own names; what an architecture has not is left out. */
const SMALL: Readonly<Record<string, number>> = {
  residualGroups: 2,
  residualBlocks: 2,
  features: 8,
  reduction: 4,
};

export type TinyNetwork = NetworkWeights & { readonly architecture: string };

export function tinyNetwork(
  architecture: string,
  options: Readonly<Record<string, number | boolean>> = {},
): TinyNetwork {
  const { defaults, build } = architectureById(architecture);
  const small = Object.entries(SMALL).filter(([name]) => name in defaults);
  const all = { ...defaults, ...Object.fromEntries(small), ...options };
  return { architecture, options: all, state: initialState(build(all), randomSource(1)) };
}

export function tinyRcan(options: Readonly<Record<string, number | boolean>> = {}): TinyNetwork {
  return tinyNetwork('rcan', options);
}

export function tinyNetworks(): TinyNetwork[] {
  return ARCHITECTURES.map(({ id }) => tinyNetwork(id));
}
