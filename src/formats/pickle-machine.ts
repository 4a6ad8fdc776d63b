import { InputError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { describe, type PickleValue } from './pickle-values.ts';

/**
 * Limits far above any real checkpoint (a RCAN of 1,600 tensors takes 70,000 operations) that keep a hostile
 * pickle's memory and time within small multiples of its size.
 */
export const PICKLE_LIMITS = {
  bytes: 64 * 2 ** 20,
  operations: 2 ** 22,
  stack: 2 ** 20,
  containers: 2 ** 20,
  /** [key, value] pairs copied into an OrderedDict from a list, over the whole pickle. */
  'copied pairs': 2 ** 20,
} as const;

/** Resolves a persistent id (PyTorch's reference to a storage). */
export type PersistentLoad = (id: PickleValue) => PickleValue;

/** The state of one unpickling: its stack, marks and memo, all bounded. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly persistentLoad: PersistentLoad | undefined;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #operations = 0;
  #containers = 0;
  #copiedPairs = 0;

  constructor(bytes: Uint8Array, start: number, persistentLoad: PersistentLoad | undefined) {
    this.reader = new ByteReader(bytes, start);
    this.persistentLoad = persistentLoad;
  }

  countOperation(): void {
    this.#within('operations', ++this.#operations);
  }

  countCopiedPairs(count: number): void {
    this.#copiedPairs += count;
    this.#within('copied pairs', this.#copiedPairs);
  }

  push(value: PickleValue): void {
    this.#within('stack', this.#stack.push(value));
  }

  /** Pushes a new list, dict or tuple. */
  pushContainer(value: PickleValue): void {
    this.#within('containers', ++this.#containers);
    this.push(value);
  }

  pop(): PickleValue {
    this.#need(1);
    return this.#stack.pop()!;
  }

  /** The top `count` values, in the order in which they were pushed. */
  popMany(count: number): PickleValue[] {
    this.#need(count);
    return this.#stack.splice(this.#stack.length - count);
  }

  top(): PickleValue {
    this.#need(1);
    return this.#stack.at(-1)!;
  }

  mark(): void {
    this.#within('stack', this.#marks.push(this.#stack.length));
  }

  popToMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw new InputError('expected a mark on the pickle stack, found none');
    return this.#stack.splice(height);
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw new InputError(`expected pickle memo ${index} to be set, found it empty`);
    return value;
  }

  list(value: PickleValue): PickleValue[] {
    if (!Array.isArray(value))
      throw new InputError(`expected a list in the pickle, found ${describe(value)}`);
    return value;
  }

  #need(count: number): void {
    const available = this.#stack.length - (this.#marks.at(-1) ?? 0);
    if (available < count) {
      throw new InputError(`expected ${count} values on the pickle stack, found ${available}`);
    }
  }

  #within(limit: keyof typeof PICKLE_LIMITS, value: number): void {
    if (value > PICKLE_LIMITS[limit]) {
      throw new InputError(`expected a pickle of at most ${PICKLE_LIMITS[limit]} ${limit}, found more`);
    }
  }
}
