import { openNetwork } from '../upscale/load.ts';
import type { Network, NetworkSettings } from '../upscale/network.ts';
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
  if (typeof source !== 'string') return openNetwork(source, nodeRuntime, settings);
  return openNetwork(await readBytes(source), nodeRuntime, settings, source);
}
