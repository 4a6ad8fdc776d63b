/**
 * The graphics card under ONNX Runtime. What goes wrong on it (memory that is not there, a tensor above its
 * limits, a driver that starts anew) does not fail the run: it goes on with zeros, or never ends.
 */
import type * as ort from 'onnxruntime-web';
import { OutOfMemoryError } from '../errors.ts';
import { firstLine } from '../runtime/choose-device.ts';

/** What is used here of a GPUDevice. */
export interface Gpu {
  readonly limits: { readonly maxStorageBufferBindingSize: number };
  readonly lost: Promise<{ readonly message: string }>;
  pushErrorScope(filter: 'out-of-memory' | 'validation' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
}

const KINDS = ['out-of-memory', 'validation', 'internal'] as const;

/** The card that ONNX Runtime computes on, once it has a session there. */
export function graphicsCard({ env }: typeof ort): Promise<Gpu> {
  return env.webgpu.device as Promise<Gpu>;
}

/** @throws {OutOfMemoryError} where the card finds anything wrong while `action` runs */
export async function watched<T>(gpu: Gpu, action: () => Promise<T>): Promise<T> {
  for (const kind of KINDS) gpu.pushErrorScope(kind);
  const lost = gpu.lost.then(({ message }) => ({ failure: message || 'it was lost' }));
  const ended = action().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const outcome = await Promise.race([ended, lost]);
  const found = await Promise.all(KINDS.map(() => gpu.popErrorScope().catch(() => null)));
  const failure = 'failure' in outcome ? outcome.failure : found.find((error) => error !== null)?.message;
  if (failure !== undefined)
    throw new OutOfMemoryError(`the graphics card failed (${firstLine(failure)})`, { sessionLost: true });
  if ('value' in outcome) return outcome.value;
  throw (outcome as { error: unknown }).error;
}

/** Bytes for tiles with which no tensor exceeds what the card takes: `autoTile` counts a run's tensors twice. */
export function gpuTileMemory({ limits }: Gpu): number {
  return 2 * limits.maxStorageBufferBindingSize;
}
