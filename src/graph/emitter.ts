import type { Tensor } from '../tensor.ts';

export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string }
  | { tensor: Tensor }
  | { body: OnnxBody };

/** The program of one step of a control-flow operator (Scan). It may also use names from outside. */
export interface OnnxBody {
  /** Number of float32 tensors that each step is given. */
  readonly inputs: number;
  /** Writes the step and returns the name of its result. */
  write(emit: OnnxEmitter, inputs: readonly string[]): string;
}

/** What an operator uses to write itself. */
export interface OnnxEmitter {
  /**
   * Adds a node with one result and returns the result's name.
   *
   * @param type of ONNX, or with the prefix `com.microsoft.` one of ONNX Runtime's own
   */
  node(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
}

/** A vector of int64 (sizes, axes, positions) that is part of the model. */
export function integers(emit: OnnxEmitter, ...ints: readonly number[]): string {
  return emit.node('Constant', [], { value_ints: { ints } });
}
