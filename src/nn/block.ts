/**
 * A network is a tree of blocks. A block owns parameters, has named children in PyTorch's registration order,
 * and turns a value into a value. The path to a parameter is its key in the state dict. Blocks are immutable
 * descriptions without weights: where a network repeats a block, the same object stands under several names,
 * which tells that one program serves them all.
 */

import { parameter, type Value } from '../graph/value.ts';
import type { StateDict } from '../tensor.ts';
import { elementCount } from '../tensor.ts';

export interface ParameterSpec {
  readonly shape: readonly number[];
  /** The values before training: random in ±uniform, or constant (one number for all, or each). */
  readonly initial: { uniform: number } | { constant: number | readonly number[] };
  /** Whether a file may leave the parameter out, which then has its initial, constant value. */
  readonly optional?: true;
}

export interface Block {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly children: Readonly<Record<string, Block>>;
  readonly forward: (x: Value, own: Own) => Value;
}

/**
 * What a block's forward function sees of its own: parameters as values, children as functions. A path
 * (`body.3`, `body.3.weight`) reaches further down, for a block that computes with the parts of its children itself.
 */
export interface Own {
  parameter(name: string): Value;
  child(name: string): (x: Value) => Value;
}

export function block(definition: Partial<Block> & Pick<Block, 'forward'>): Block {
  return { parameters: {}, children: {}, ...definition };
}

/** Blocks one after the other, under the indices that PyTorch's `nn.Sequential` would give them. */
export function sequential(children: Readonly<Record<string, Block>> | readonly Block[]): Block {
  const named = Array.isArray(children) ? Object.fromEntries(children.entries()) : children;
  return block({
    children: named as Readonly<Record<string, Block>>,
    forward: (x, own) => Object.keys(named).reduce((value, name) => own.child(name)(value), x),
  });
}

/** The same block `count` times, to stand under `count` names. */
export function repeat<T>(count: number, part: T): T[] {
  return Array.from({ length: count }, () => part);
}

/** What stands in for a block's own program, or undefined for its own. */
export type Replace = (part: Block, x: Value, path: string) => Value | undefined;

/**
 * The program of a block applied to `x`; parameters are named by their path below `path`.
 *
 * @param replace is asked for every block below the root
 */
export function trace(root: Block, x: Value, path = '', replace?: Replace): Value {
  return root.forward(x, {
    parameter: (name) => {
      const names = name.split('.');
      const spec = descendant(root, names.slice(0, -1))?.parameters[names.at(-1)!];
      if (!spec) throw new Error(`the block "${path}" has no parameter "${name}"`);
      return parameter(join(path, name), spec.shape);
    },
    child: (name) => {
      const child = descendant(root, name.split('.'));
      if (!child) throw new Error(`the block "${path}" has no child "${name}"`);
      const own = join(path, name);
      return (value) => replace?.(child, value, own) ?? trace(child, value, own, replace);
    },
  });
}

function descendant(root: Block, names: readonly string[]): Block | undefined {
  return names.reduce<Block | undefined>((parent, name) => parent?.children[name], root);
}

/** Every parameter of a block with its state-dict key, in PyTorch's order (own parameters, then children). */
export function* parameterSpecs(root: Block, path = ''): Generator<[key: string, spec: ParameterSpec]> {
  for (const [name, spec] of Object.entries(root.parameters)) yield [join(path, name), spec];
  for (const [name, child] of Object.entries(root.children)) yield* parameterSpecs(child, join(path, name));
}

export function parameterCount(root: Block): number {
  let count = 0;
  for (const [, { shape }] of parameterSpecs(root)) count += elementCount(shape);
  return count;
}

/** A fresh state dict: what training from scratch starts from. `random` gives numbers in [0, 1). */
export function initialState(root: Block, random: () => number): StateDict {
  const state: StateDict = new Map();
  for (const [key, { shape, initial }] of parameterSpecs(root)) {
    const data = constantOf(shape, 'constant' in initial ? initial.constant : 0);
    if ('uniform' in initial)
      for (let i = 0; i < data.length; i++) data[i] = (2 * random() - 1) * initial.uniform;
    state.set(key, { data, dims: shape });
  }
  return state;
}

export function constantOf(shape: readonly number[], constant: number | readonly number[]): Float32Array {
  if (typeof constant !== 'number') return Float32Array.from(constant);
  return new Float32Array(elementCount(shape)).fill(constant);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
