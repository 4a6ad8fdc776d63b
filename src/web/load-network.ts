import { InputError } from '../errors.ts';
import { tileMemory } from './device-memory.ts';
import type { WebNetwork, WebNetworkSettings } from './network.ts';
import { openInWorker } from './worker-network.ts';

/**
 * Opens a network from a checkpoint (`.pt`, `.pth`, `.safetensors`, sisr's own `.onnx`) in a worker of its own.
 *
 * With `device: 'auto'` (default) WebGPU is taken where the browser has it, it reproduces WebAssembly's result on a
 * small picture and is faster; `deviceNotes` tell why not. WebAssembly runs in threads where the page is
 * cross-origin isolated.
 *
 * @param source the file's address, relative to the page, or the file or its bytes
 * @throws {InputError} where it cannot be fetched, is no checkpoint, no known network's, or a device that was
 *   named does not work
 */
export async function loadNetwork(
  source: string | URL | Blob | Uint8Array,
  { wasmPaths, ...settings }: WebNetworkSettings = {},
): Promise<WebNetwork> {
  const checkpoint = await asBlob(source);
  const start = async () =>
    settings.device !== 'cpu' && (await hasWebGpu()) ? webgpuWorker() : wasmWorker();
  return openInWorker(start, {
    checkpoint,
    name: nameOf(source),
    settings,
    wasmFolder: wasmPaths && new URL(`${wasmPaths}`.replace(/\/?$/, '/'), location.href).href,
    tileMemory: tileMemory(navigator),
  });
}

/** Bundlers look for exactly these expressions. */
const wasmWorker = () => new Worker(new URL('./wasm-worker.js', import.meta.url), { type: 'module' });
const webgpuWorker = () => new Worker(new URL('./webgpu-worker.js', import.meta.url), { type: 'module' });

async function hasWebGpu(): Promise<boolean> {
  const { gpu }: { gpu?: GPU } = navigator;
  return Boolean(await gpu?.requestAdapter().catch(() => null));
}

function nameOf(source: string | URL | Blob | Uint8Array): string | undefined {
  if (typeof source === 'string' || source instanceof URL) return String(source);
  return source instanceof File ? source.name : undefined;
}

async function asBlob(source: string | URL | Blob | Uint8Array): Promise<Blob> {
  if (source instanceof Blob) return source;
  if (source instanceof Uint8Array) return new Blob([source as Uint8Array<ArrayBuffer>]);
  const response = await fetch(source).catch((error: Error) => {
    throw new InputError(`${source}: expected a checkpoint, but it cannot be fetched (${error.message})`);
  });
  if (!response.ok)
    throw new InputError(`${source}: expected a checkpoint, found HTTP status ${response.status}`);
  return response.blob().catch((error: Error) => {
    throw new InputError(`${source}: the checkpoint did not arrive whole (${error.message})`);
  });
}
