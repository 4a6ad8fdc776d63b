import { naming } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import { identifyStored } from '../models/stored-network.ts';
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
  const identified = () => identifyStored(openCheckpoint(bytes), settings);
  return createNetwork(name === undefined ? identified() : naming(name, identified), runtime, settings);
}
