import { InputError } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import { readNetworkMetadata } from '../models/metadata.ts';
import { type IdentifiedNetwork, identify } from '../models/registry.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createNetwork, type Network, type NetworkSettings } from './network.ts';

/**
 * Opens a network from the bytes of a checkpoint: what `loadNetwork` does in Node and in browsers.
 *
 * @param name of the file, for messages
 * @throws {InputError} where it is no checkpoint, no known network's, or a device that was named does not work
 */
export async function openNetwork(
  bytes: Uint8Array,
  runtime: Runtime,
  settings: NetworkSettings,
  name?: string,
): Promise<Network> {
  return createNetwork(identifyCheckpoint(bytes, settings, name), runtime, settings);
}

function identifyCheckpoint(bytes: Uint8Array, settings: NetworkSettings, name?: string): IdentifiedNetwork {
  try {
    const { tensors, metadata } = openCheckpoint(bytes);
    const told = readNetworkMetadata(metadata);
    // Options of another network than the one that is asked for mean nothing.
    const stored =
      settings.architecture === undefined || settings.architecture === told.architecture ? told : {};
    return identify(tensors, { ...stored, ...settings, options: { ...stored.options, ...settings.options } });
  } catch (error) {
    if (name !== undefined && error instanceof InputError) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
