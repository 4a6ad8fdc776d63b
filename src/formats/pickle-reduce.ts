import { InputError } from '../errors.ts';
import { MAX_DIMENSIONS } from './limits.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { decodeNumpyScalar, encodeLatin1, makeNumpyDtype } from './pickle-numpy.ts';
import {
  describe,
  elements,
  type GlobalTag,
  isKind,
  type PickleDict,
  type PickleTuple,
  type PickleValue,
  type TensorRef,
} from './pickle-values.ts';
import { checkView } from './storage.ts';

type Arguments = readonly PickleValue[];

function sizes(value: PickleValue | undefined, what: string): number[] {
  if (!isKind(value, 'tuple') || value.items.length > MAX_DIMENSIONS) {
    throw new InputError(
      `expected a tensor's ${what} as a tuple of at most ${MAX_DIMENSIONS} integers, found ${describe(value)}`,
    );
  }
  return value.items.map((item) => elements(item, `a tensor's ${what}`));
}

/** `_rebuild_tensor(storage, offset, size, stride)`; version 2 adds arguments that do not matter here. */
function rebuildTensor(args: Arguments): TensorRef {
  const storage = args[0];
  if (!isKind(storage, 'storage')) {
    throw new InputError(`expected a tensor's storage, found ${describe(storage)}`);
  }
  const size = sizes(args[2], 'size');
  const stride = sizes(args[3], 'stride');
  if (size.length !== stride.length) {
    throw new InputError(`expected one stride per dimension, found ${stride.length} for ${size.length}`);
  }
  const offset = elements(args[1], "a tensor's storage offset");
  return makeTensor(storage, offset, size, stride);
}

/** A tensor on a storage or on a sub-range of one, which must hold it. */
export function makeTensor(
  storage: TensorRef['storage'],
  offset: number,
  size: readonly number[],
  stride: readonly number[],
): TensorRef {
  const start = storage.view?.offset ?? 0;
  const held = storage.view?.count ?? storage.count;
  const ref: TensorRef = { kind: 'tensor', dtype: storage.dtype, storage, offset, size, stride };
  checkView(ref, held);
  return { ...ref, offset: start + offset };
}

function tensorArgument(args: Arguments): TensorRef {
  const tensor = args[0];
  if (!isKind(tensor, 'tensor'))
    throw new InputError(`expected a parameter's tensor, found ${describe(tensor)}`);
  return tensor;
}

/** Python 2 rebuilds an OrderedDict from one list of [key, value] pairs, Python 3 from nothing. */
function orderedDict(args: Arguments, machine: PickleMachine): PickleDict {
  const dict: PickleDict = new Map();
  if (args.length === 0) return dict;
  const pairs = machine.list(args[0]!);
  machine.countCopiedPairs(pairs.length);
  for (const pair of pairs) {
    const items = isKind(pair, 'tuple') ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) {
      throw new InputError(`expected [key, value] pairs in an OrderedDict, found ${describe(pair)}`);
    }
    dict.set(items[0], items[1]);
  }
  return dict;
}

function torchSize(args: Arguments): PickleTuple {
  const items = args[0];
  if (!isKind(items, 'tuple'))
    throw new InputError(`expected torch.Size of a tuple, found ${describe(items)}`);
  return items;
}

interface Reduction {
  readonly arity: readonly [least: number, most: number];
  readonly apply: (args: Arguments, machine: PickleMachine) => PickleValue;
}

const REDUCTIONS: Partial<Record<GlobalTag, Reduction>> = {
  'ordered-dict': { arity: [0, 1], apply: orderedDict },
  'rebuild-tensor': { arity: [4, 7], apply: rebuildTensor },
  'rebuild-parameter': { arity: [3, 4], apply: tensorArgument },
  parameter: { arity: [1, 2], apply: tensorArgument },
  size: { arity: [1, 1], apply: torchSize },
  'numpy-dtype': { arity: [1, 3], apply: makeNumpyDtype },
  'numpy-scalar': { arity: [2, 2], apply: decodeNumpyScalar },
  encode: { arity: [2, 2], apply: encodeLatin1 },
};

/**
 * What REDUCE and NEWOBJ mean here: one of a fixed set of conversions of plain data.
 *
 * @throws {InputError} where the target is not one of them or the arguments do not fit it.
 */
export function reduce(target: PickleValue, args: PickleValue, machine: PickleMachine): PickleValue {
  const reduction = isKind(target, 'global') ? REDUCTIONS[target.tag] : undefined;
  if (!reduction || !isKind(args, 'tuple')) {
    throw new InputError(`expected a pickle that only rebuilds tensors, found a call of ${describe(target)}`);
  }
  const [least, most] = reduction.arity;
  if (args.items.length < least || args.items.length > most) {
    throw new InputError(
      `expected ${least} to ${most} arguments of a call in the pickle, found ${args.items.length}`,
    );
  }
  return reduction.apply(args.items, machine);
}

/** BUILD sets attributes in Python. Here it may follow only a dict or a numpy dtype, and its state is checked or ignored. */
export function build(target: PickleValue, state: PickleValue): void {
  if (target instanceof Map) return;
  if (isKind(target, 'numpy-dtype')) {
    const order = isKind(state, 'tuple') ? state.items[1] : undefined;
    if (order === '<' || order === '|') return;
    throw new InputError('expected a little-endian numpy dtype in the pickle, found another');
  }
  throw new InputError(
    `expected state only for a dictionary in the pickle, found it for ${describe(target)}`,
  );
}
