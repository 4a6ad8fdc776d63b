import { InputError } from '../errors.ts';
import type { Dtype, StridedView } from './storage.ts';

/** A storage that a pickle refers to by its key; its bytes are elsewhere in the file. */
export interface StorageRef {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: Dtype;
  /** Elements in the whole storage. */
  readonly count: number;
  /** Where this reference is a sub-range of the storage (legacy files only): first element and length. */
  readonly view?: { readonly offset: number; readonly count: number };
}

/** A tensor as the pickle describes it: nothing has been read or allocated for it yet. */
export interface TensorRef extends StridedView {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
}

/** A whitelisted global: an inert name, never the thing that it names. */
export interface GlobalRef {
  readonly kind: 'global';
  readonly tag: GlobalTag;
  /** Where the global is a storage or tensor class. */
  readonly dtype?: Dtype;
}

export type GlobalTag =
  | 'ordered-dict'
  | 'rebuild-tensor'
  | 'rebuild-parameter'
  | 'parameter'
  | 'size'
  | 'storage-class'
  | 'tensor-class'
  | 'numpy-scalar'
  | 'numpy-dtype'
  | 'encode';

export interface NumpyDtype {
  readonly kind: 'numpy-dtype';
  readonly code: string;
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export type PickleDict = Map<PickleValue, PickleValue>;

/** What an unpickled file can hold: plain data and inert references. Lists and sets are arrays, dicts are Maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | PickleTuple
  | StorageRef
  | TensorRef
  | GlobalRef
  | NumpyDtype;

type Tagged = Extract<PickleValue, { kind: string }>;

/** Whether a value is one of the tagged kinds, e.g. a tuple or a tensor. */
export function isKind<K extends Tagged['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Tagged, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** A value's type for an error message, without its content. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dictionary';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value !== 'object') return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
  return `a ${value.kind}`;
}

/** A size, stride, offset or count. @throws {InputError} where the value is not one, naming `what` it is for. */
export function elements(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const found = typeof value === 'number' || typeof value === 'bigint' ? `${value}` : describe(value);
  throw new InputError(`expected ${what} between 0 and 2^53 - 1, found ${found}`);
}
