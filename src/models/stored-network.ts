import type { StateDict } from '../tensor.ts';
import { readNetworkMetadata } from './metadata.ts';
import { type IdentifiedNetwork, identify, type WantedNetwork } from './registry.ts';

/**
 * The network of a checkpoint: what the caller says of it comes first, then what the file says, then what the
 * weights imply. Stored options of another architecture than the one that is asked for mean nothing.
 *
 * @throws {InputError} as `identify`, and where the file's metadata is damaged
 */
export function identifyStored(
  { tensors, metadata }: { tensors: StateDict; metadata: Readonly<Record<string, string>> },
  wanted: WantedNetwork = {},
): IdentifiedNetwork {
  const told = readNetworkMetadata(metadata);
  const stored = wanted.architecture === undefined || wanted.architecture === told.architecture ? told : {};
  return identify(tensors, { ...stored, ...wanted, options: { ...stored.options, ...wanted.options } });
}
