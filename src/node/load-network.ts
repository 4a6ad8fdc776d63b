import { InputError } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import { readNetworkMetadata } from '../models/metadata.ts';
import { type IdentifiedNetwork, identify } from '../models/registry.ts';
import { createNetwork, type Network, type NetworkSettings } from '../upscale/network.ts';
import { readBytes } from './picture.ts';
import { nodeRuntime } from './runtime.ts';

/**
 * Opens a network from a checkpoint (`.pt`, `.pth`, `.safetensors`).
 *
 * @param source the file's path, or its bytes
 * @throws {InputError} where it is no checkpoint, no known network's, or a device that was named does not work
 */
export async function loadNetwork(
  source: string | Uint8Array,
  settings: NetworkSettings = {},
): Promise<Network> {
  const bytes = typeof source === 'string' ? await readBytes(source) : source;
  return createNetwork(
    identifyCheckpoint(bytes, settings, typeof source === 'string' ? source : undefined),
    nodeRuntime,
    settings,
  );
}

function identifyCheckpoint(
  bytes: Uint8Array,
  settings: NetworkSettings,
  path: string | undefined,
): IdentifiedNetwork {
  try {
    const { tensors, metadata } = openCheckpoint(bytes);
    const stored = readNetworkMetadata(metadata);
    return identify(tensors, { ...stored, ...settings, options: { ...stored.options, ...settings.options } });
  } catch (error) {
    if (path !== undefined && error instanceof InputError) error.message = `${path}: ${error.message}`;
    throw error;
  }
}
