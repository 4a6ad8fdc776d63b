/**
 * The graphics card under ONNX Runtime. What goes wrong on it (memory that is not there, a tensor above its
 * limits, a driver that starts anew) does not fail the run: it goes on with zeros, or never ends.
 */
import type * as ort from 'onnxruntime-web';
import { OutOfMemoryError } from '../errors.ts';
import { firstLine } from '../runtime/choose-device.ts';
import { PendingCalls } from '../runtime/pending-calls.ts';

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

/** @throws {OutOfMemoryError} where the card finds anything wrong while `action` runs, or is lost */
export async function watched<T>(gpu: Gpu, action: () => Promise<T>): Promise<T> {
  for (const kind of KINDS) gpu.pushErrorScope(kind);
  const [outcome] = await Promise.allSettled([runsOn(gpu).add(action())]);
  const found = await Promise.all(KINDS.map(() => gpu.popErrorScope().catch(() => null)));
  const error = found.find((error) => error !== null);
  if (error) throw failure(error.message);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** All sessions of a worker compute on one card. */
const runs = new WeakMap<Gpu, PendingCalls>();

/** The runs that are under way; they fail when the card is lost. */
function runsOn(gpu: Gpu): PendingCalls {
  const known = runs.get(gpu);
  if (known) return known;
  const calls = new PendingCalls();
  runs.set(gpu, calls);
  gpu.lost.then(({ message }) => calls.end(failure(message || 'it was lost')));
  return calls;
}

function failure(message: string): OutOfMemoryError {
  return new OutOfMemoryError(`the graphics card failed (${firstLine(message)})`, { sessionLost: true });
}

/** Bytes for tiles with which no tensor exceeds what the card takes: `autoTile` counts a run's tensors twice. */
export function gpuTileMemory({ limits }: Gpu): number {
  return 2 * limits.maxStorageBufferBindingSize;
}
