/**
 * The one seam to ONNX Runtime. A runtime makes sessions from ONNX models on a device; a session maps named
 * float32 tensors to named float32 tensors, does not block the caller's thread while it runs, and holds native
 * memory until it is disposed. Inputs are copied and outputs are the caller's own. Runs that are asked for while one is
 * under way wait for it.
 */
import type { Tensor } from '../tensor.ts';

/** Accelerators before the CPU, the vendors' own before the general one. */
export const DEVICES = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];

/** `auto` takes an accelerator where one works and is faster, else the CPU. */
export type DeviceChoice = 'auto' | Device;

export interface SessionOptions {
  device: Device;
  /** Threads of one run; the runtime's own choice (one per core) where undefined. */
  threads?: number | undefined;
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

export interface Session {
  readonly device: Device;
  /** @throws {OutOfMemoryError} where the runtime can tell that memory ran out, and goes on working */
  run(inputs: NamedTensors): Promise<NamedTensors>;
  dispose(): Promise<void>;
}

export interface Runtime {
  /** The devices that this runtime was built for; whether they work shows only when tried. */
  readonly devices: readonly Device[];
  /** The most multiplications that one run should take where work is cut into tiles: a tile is the step of progress. */
  readonly tileWork?: number;
  /** Those of the devices, without the CPU, that this machine may have, best first: what `auto` tries. */
  accelerators(): Device[];
  /** @throws {Error} where the device does not work here, or the model is not one that it can run */
  createSession(model: Uint8Array, options: SessionOptions): Promise<Session>;
}
