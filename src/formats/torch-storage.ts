import { InputError } from '../errors.ts';
import type { PersistentLoad } from './pickle-machine.ts';
import { describe, elements, isKind, type PickleValue, type StorageRef } from './pickle-values.ts';
import { quote } from './quote.ts';
import { DTYPE_BYTES } from './storage.ts';

/** What every PyTorch container comes down to: the saved object, and bytes for the storages in it. */
export interface TorchArchive {
  readonly root: PickleValue;
  /** The bytes of the storages with these keys. @throws {InputError} where one is missing or of the wrong size. */
  storages(keys: ReadonlySet<string>): ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly string[];
  /** Text beside the object, by name; has no prototype. */
  readonly metadata: Record<string, string>;
}

/** Bytes of a storage. */
export function storageBytes(storage: StorageRef): number {
  return storage.count * DTYPE_BYTES[storage.dtype];
}

function readStorageId(id: PickleValue): { storage: StorageRef; view: PickleValue | undefined } {
  const [tag, type, key, , count, view] = isKind(id, 'tuple') ? id.items : [];
  if (tag === 'module') {
    throw new InputError(
      'expected a state dict, found a whole pickled module; save model.state_dict() instead',
    );
  }
  if (
    tag !== 'storage' ||
    typeof key !== 'string' ||
    !isKind(type, 'global') ||
    type.tag !== 'storage-class'
  ) {
    throw new InputError(`expected a reference to a storage in the pickle, found ${describe(tag ?? id)}`);
  }
  const storage = {
    kind: 'storage',
    key,
    dtype: type.dtype!,
    count: elements(count, "a storage's size"),
  } as const;
  return { storage, view };
}

/** `(key, offset, size)`: a sub-range of the storage, in elements. */
function readStorageView(storage: StorageRef, view: PickleValue): StorageRef {
  if (!isKind(view, 'tuple') || view.items.length !== 3) {
    throw new InputError(`expected a storage's view as (key, offset, size), found ${describe(view)}`);
  }
  const offset = elements(view.items[1], "a view's offset");
  const count = elements(view.items[2], "a view's size");
  if (offset + count > storage.count) {
    throw new InputError(
      `expected a view within storage ${quote(storage.key)} of ${storage.count} elements, found ${count} at ${offset}`,
    );
  }
  return { ...storage, view: { offset, count } };
}

/**
 * Resolves persistent ids to storage references and keeps every storage that was named, under its key.
 * The same key must always come with the same type and size.
 */
export function storageCollector(): { load: PersistentLoad; seen: Map<string, StorageRef> } {
  const seen = new Map<string, StorageRef>();
  const load: PersistentLoad = (id) => {
    const { storage, view } = readStorageId(id);
    const known = seen.get(storage.key);
    if (known && (known.dtype !== storage.dtype || known.count !== storage.count)) {
      throw new InputError(
        `expected storage ${quote(storage.key)} to be ${known.count} ${known.dtype} everywhere, ` +
          `found ${storage.count} ${storage.dtype}`,
      );
    }
    seen.set(storage.key, known ?? storage);
    return view === undefined || view === null ? (known ?? storage) : readStorageView(storage, view);
  };
  return { load, seen };
}
