import type { Device, NamedTensors, SessionOptions } from './runtime.ts';

/** One run of a program of a workspace. */
export interface Call {
  readonly program: string;
  /** The workspace's tensor for each input of the program. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The name in the workspace and the shape of each output; a tensor that had the name is given up. */
  readonly outputs: Readonly<Record<string, { readonly tensor: string; readonly dims: readonly number[] }>>;
  /** Tensors that are not needed after this call. */
  readonly free?: readonly string[];
}

/**
 * Programs and named tensors that stay on a device between runs, for work of many runs over much data: training.
 * Like a session it does not block the caller's thread. One call at a time: each has to wait for the one before.
 */
export interface Workspace {
  readonly device: Device;
  /** Makes a program runnable under a name. */
  define(name: string, model: Uint8Array): Promise<void>;
  write(tensors: NamedTensors): Promise<void>;
  /** Runs programs one after the other. */
  run(calls: readonly Call[]): Promise<void>;
  read(names: readonly string[]): Promise<NamedTensors>;
  dispose(): Promise<void>;
}

/** @throws {Error} where the device does not work here */
export type OpenWorkspace = (options: SessionOptions) => Promise<Workspace>;
