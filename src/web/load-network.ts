import { InputError } from '../errors.ts';
import { openNetwork } from '../upscale/load.ts';
import type { Network, NetworkSettings } from '../upscale/network.ts';
import { webRuntime } from './runtime.ts';

/**
 * Opens a network from a checkpoint (`.pt`, `.pth`, `.safetensors`) in a browser.
 *
 * @param source the file's address, or its bytes
 * @throws {InputError} where it cannot be fetched, is no checkpoint, no known network's, or a device that was
 *   named does not work
 */
export async function loadNetwork(
  source: string | Uint8Array,
  settings: NetworkSettings = {},
): Promise<Network> {
  if (typeof source !== 'string') return openNetwork(source, webRuntime, settings);
  const response = await fetch(source);
  if (!response.ok)
    throw new InputError(`${source}: expected a checkpoint, found HTTP status ${response.status}`);
  return openNetwork(new Uint8Array(await response.arrayBuffer()), webRuntime, settings, source);
}
