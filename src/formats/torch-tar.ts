import { parseTar } from 'nanotar';
import { InputError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { MAX_DIMENSIONS } from './limits.ts';
import { makeTensor } from './pickle-reduce.ts';
import {
  describe,
  elements,
  isKind,
  type PickleValue,
  type StorageRef,
  type TensorRef,
} from './pickle-values.ts';
import { quote } from './quote.ts';
import { DTYPE_BYTES } from './storage.ts';
import { nextPickle } from './torch-legacy.ts';
import type { TorchArchive } from './torch-storage.ts';

const BLOCK = 512;
/** A file, a file in old notation, and Python's extended header (which holds the time of writing). */
const ALLOWED_TYPES = new Set([0, 0x30, 0x78]);

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Whether the bytes begin with a tar header. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && ascii(bytes.subarray(257, 262)) === 'ustar';
}

/**
 * Checks every header before nanotar sees it: nanotar trusts sizes, and a negative one would keep it in
 * place for ever. Long-name, sparse and link entries have no business in these files.
 */
function checkHeaders(bytes: Uint8Array): void {
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = /^ *([0-7]{1,11})[ \0]*$/.exec(ascii(bytes.subarray(at + 124, at + 136)))?.[1];
    const length = Number.parseInt(size ?? '', 8);
    if (!ALLOWED_TYPES.has(bytes[at + 156]!) || !(length <= bytes.length - at - BLOCK)) {
      throw new InputError(`expected a plain file that fits at offset ${at} of the tar archive, found none`);
    }
    at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
  }
}

function member(files: ReadonlyMap<string, Uint8Array>, name: string): ByteReader {
  const data = files.get(name);
  if (!data) throw new InputError(`expected ${quote(name)} in the tar archive, found none`);
  return new ByteReader(data);
}

function members(bytes: Uint8Array): Map<string, Uint8Array> {
  checkHeaders(bytes);
  // nanotar reads a view's whole buffer, so it gets a copy of exactly the file.
  const files = parseTar(bytes.slice().buffer);
  return new Map(files.flatMap(({ name, data }) => (data ? [[name.replace(/^\.\//, ''), data]] : [])));
}

/** Keys are Python object ids, written as numbers or as text. */
function keyOf(value: PickleValue | undefined): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  throw new InputError(`expected a key of a tensor or storage, found ${describe(value)}`);
}

function items(value: PickleValue, length: number, what: string): readonly PickleValue[] {
  const found = isKind(value, 'tuple') ? value.items : value;
  if (Array.isArray(found) && found.length === length) return found;
  throw new InputError(`expected ${what} as ${length} values, found ${describe(value)}`);
}

function readStorages(reader: ByteReader): { refs: Map<string, StorageRef>; data: Map<string, Uint8Array> } {
  const refs = new Map<string, StorageRef>();
  const data = new Map<string, Uint8Array>();
  for (let left = elements(nextPickle(reader), 'the number of storages'); left > 0; left--) {
    const [id, , type] = items(nextPickle(reader), 3, 'a storage');
    if (!isKind(type, 'global') || type.tag !== 'storage-class') {
      throw new InputError(`expected a storage class, found ${describe(type)}`);
    }
    const key = keyOf(id);
    const count = reader.size64("a storage's size");
    refs.set(key, { kind: 'storage', key, dtype: type.dtype!, count });
    data.set(key, reader.take(count * DTYPE_BYTES[type.dtype!]));
  }
  addViews(nextPickle(reader), refs);
  return { refs, data };
}

/** `(target key, root key, offset, size)`: storages that are sub-ranges of others, in elements. */
function addViews(views: PickleValue, refs: Map<string, StorageRef>): void {
  if (!Array.isArray(views))
    throw new InputError(`expected a list of storage views, found ${describe(views)}`);
  for (const view of views) {
    const [target, rootKey, start, size] = items(view, 4, "a storage's view");
    const root = refs.get(keyOf(rootKey));
    const offset = elements(start, "a view's offset");
    const count = elements(size, "a view's size");
    if (!root || root.view || offset + count > root.count) {
      throw new InputError(`expected a view within a storage, found ${count} elements at ${offset}`);
    }
    refs.set(keyOf(target), { ...root, view: { offset, count } });
  }
}

function readTensor(reader: ByteReader, storage: StorageRef): TensorRef {
  const dimensions = reader.int32();
  if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
    throw new InputError(`expected a tensor of at most ${MAX_DIMENSIONS} dimensions, found ${dimensions}`);
  }
  reader.take(4);
  const sizes = Array.from({ length: dimensions }, () => reader.size64("a tensor's size"));
  const strides = Array.from({ length: dimensions }, () => reader.size64("a tensor's stride"));
  return makeTensor(storage, reader.size64("a tensor's offset"), sizes, strides);
}

function readTensors(reader: ByteReader, storages: ReadonlyMap<string, StorageRef>): Map<string, TensorRef> {
  const tensors = new Map<string, TensorRef>();
  for (let left = elements(nextPickle(reader), 'the number of tensors'); left > 0; left--) {
    const [key, storageKey] = items(nextPickle(reader), 3, 'a tensor');
    const storage = storages.get(keyOf(storageKey));
    if (!storage) throw new InputError(`expected storage ${quote(keyOf(storageKey))}, found none`);
    tensors.set(keyOf(key), readTensor(reader, storage));
  }
  return tensors;
}

/**
 * Reads the tar archive that torch before 0.1.10 wrote.
 *
 * @throws {InputError} where it is damaged or holds anything but plain data and tensors.
 * @see https://github.com/pytorch/pytorch/blob/v1.13.1/torch/serialization.py (legacy_load)
 */
export function openTorchTar(bytes: Uint8Array): TorchArchive {
  const files = members(bytes);
  const { refs, data } = readStorages(member(files, 'storages'));
  const tensors = readTensors(member(files, 'tensors'), refs);
  const root = nextPickle(member(files, 'pickle'), (id) => {
    const key = isKind(id, 'tuple') ? undefined : keyOf(id);
    const found = key === undefined ? undefined : (tensors.get(key) ?? refs.get(key));
    if (!found)
      throw new InputError(`expected a reference to a tensor in the tar archive, found ${describe(id)}`);
    return found;
  });
  return { root, storages: () => data, warnings: [], metadata: Object.create(null) };
}
