import { existsSync } from 'node:fs';
import { openNetwork } from '../upscale/load.ts';
import type { Network, NetworkSettings } from '../upscale/network.ts';
import { filePath } from './file-path.ts';
import { readBytes } from './picture.ts';
import { nodeRuntime } from './runtime.ts';
import { shippedModelPath, shippedModels } from './shipped-models.ts';

/**
 * Opens a network from a checkpoint (`.pt`, `.pth`, `.safetensors`, sisr's own `.onnx`).
 *
 * @param source the file's path or `file:` URL, its bytes, or the name of a model that ships
 * @throws {InputError} where it is no checkpoint, no known network's, or a device that was named does not work
 */
export async function loadNetwork(
  source: string | URL | Uint8Array | ArrayBuffer,
  settings: NetworkSettings = {},
): Promise<Network> {
  if (source instanceof Uint8Array) return openNetwork(source, nodeRuntime, settings);
  if (source instanceof ArrayBuffer) return openNetwork(new Uint8Array(source), nodeRuntime, settings);
  const path = checkpointPath(source);
  return openNetwork(await readBytes(path), nodeRuntime, settings, path);
}

/** The path itself where there is such a file, else that of the model that ships under this name. */
export function checkpointPath(source: string | URL): string {
  const path = filePath(source);
  if (existsSync(path)) return path;
  const model = shippedModels().find(({ name }) => name === path);
  return model ? shippedModelPath(model) : path;
}
