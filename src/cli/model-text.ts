import type { NetworkOptions } from '../models/architecture.ts';
import { type Block, parameterCount, parameterSpecs } from '../nn/block.ts';
import { formatDims } from '../tensor.ts';

/** A network in words, with a line for each of its tensors: what the original's `--print_model` is for. */
export function modelText(title: string, options: NetworkOptions, network: Block): string {
  const specs = [...parameterSpecs(network)];
  const settings = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const count = parameterCount(network).toLocaleString('en');
  const width = Math.max(...specs.map(([name]) => name.length));
  const tensors = specs.map(([name, { shape }]) => `  ${name.padEnd(width)}  ${formatDims(shape)}\n`);
  return `${title}: ${settings.join(', ')}; ${count} parameters in ${specs.length} tensors\n${tensors.join('')}`;
}
