import { InputError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { unpickle } from './pickle.ts';
import { describe, type PickleValue, type StorageRef } from './pickle-values.ts';
import { quote } from './quote.ts';
import { storageBytes, storageCollector, type TorchArchive } from './torch-storage.ts';

/** The integer whose pickle every legacy file begins with. */
const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
/** That pickle as protocol 2 writes it; other protocols have another header and may add a frame. */
export const LEGACY_MAGIC = [
  0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
];
const LONGEST_MAGIC = 32;
export const LEGACY_PROTOCOL = 1001;

/** Reads pickle after pickle, moving the reader behind each. */
export function nextPickle(reader: ByteReader, load?: Parameters<typeof unpickle>[2]): PickleValue {
  const { value, end } = unpickle(reader.bytes, reader.position, load);
  reader.position = end;
  return value;
}

/** Whether the bytes begin with PyTorch's magic number, pickled. */
export function isTorchLegacy(bytes: Uint8Array): boolean {
  if (bytes[0] !== LEGACY_MAGIC[0]) return false;
  try {
    return unpickle(bytes.subarray(0, LONGEST_MAGIC)).value === MAGIC_NUMBER;
  } catch {
    return false;
  }
}

function checkHeader(reader: ByteReader): void {
  if (nextPickle(reader) !== MAGIC_NUMBER) {
    throw new InputError("expected PyTorch's magic number at the start, found something else");
  }
  const protocol = nextPickle(reader);
  if (protocol !== LEGACY_PROTOCOL) {
    const found = typeof protocol === 'number' ? protocol : describe(protocol);
    throw new InputError(`expected PyTorch serialization protocol ${LEGACY_PROTOCOL}, found ${found}`);
  }
  const system = nextPickle(reader);
  if (system instanceof Map && system.get('little_endian') === false) {
    throw new InputError('expected a file written on a little-endian machine, found a big-endian one');
  }
}

/** An int64 count and the raw elements of one storage, shared with the file. */
function takeStorage(reader: ByteReader, storage: StorageRef): Uint8Array {
  const count = reader.size64("a storage's size");
  if (count !== storage.count) {
    throw new InputError(
      `expected storage ${quote(storage.key)} to hold ${storage.count} elements, found ${count}`,
    );
  }
  return reader.take(storageBytes(storage));
}

function takeStorages(reader: ByteReader, seen: ReadonlyMap<string, StorageRef>): Map<string, Uint8Array> {
  const keys = nextPickle(reader);
  if (!Array.isArray(keys)) throw new InputError(`expected a list of storage keys, found ${describe(keys)}`);
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? seen.get(key) : undefined;
    if (!storage || storages.has(storage.key)) {
      const name = typeof key === 'string' ? quote(key) : describe(key);
      throw new InputError(`expected every storage key once and in use, found ${name}`);
    }
    storages.set(storage.key, takeStorage(reader, storage));
  }
  const missing = [...seen.keys()].find((key) => !storages.has(key));
  if (missing !== undefined)
    throw new InputError(`expected storage ${quote(missing)} in the file, found none`);
  return storages;
}

/**
 * Reads the stream of pickles that torch 0.1.10 to 1.5 wrote, and later versions on request.
 *
 * @throws {InputError} where it is cut short or inconsistent; trailing bytes are only warned about.
 * @see https://github.com/pytorch/pytorch/blob/v1.13.1/torch/serialization.py (_legacy_load)
 */
export function openTorchLegacy(bytes: Uint8Array): TorchArchive {
  const reader = new ByteReader(bytes);
  checkHeader(reader);
  const { load, seen } = storageCollector();
  const root = nextPickle(reader, load);
  const storages = takeStorages(reader, seen);
  const warnings = reader.remaining > 0 ? [`ignored ${reader.remaining} bytes after the last storage`] : [];
  return { root, storages: () => storages, warnings, metadata: Object.create(null) };
}
