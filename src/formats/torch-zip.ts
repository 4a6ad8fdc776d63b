import { unzipSync } from 'fflate';
import { InputError } from '../errors.ts';
import { mostBytes } from './limits.ts';
import { unpickle } from './pickle.ts';
import { PICKLE_LIMITS } from './pickle-machine.ts';
import type { StorageRef } from './pickle-values.ts';
import { quote, quoteList } from './quote.ts';
import { storageBytes, storageCollector, type TorchArchive } from './torch-storage.ts';

/** Deflate cannot do better than 1032 to 1 (zlib's technical details). */
const DEFLATE_RATIO = 1032;
const STORED = 0;
const DEFLATED = 8;
const MAX_ENTRIES = 2 ** 17;
/** Where PyTorch keeps texts beside a program, in TorchScript archives; `torch.load` passes over it. */
export const EXTRA_FOLDER = 'extra/';
/** Of all texts together, in bytes. */
const MAX_EXTRA = 2 ** 20;

/** One entry of the archive's directory; sizes in bytes. */
interface Entry {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
  readonly compression: number;
}

function unzip(bytes: Uint8Array, filter: (entry: Entry) => boolean): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(bytes, { filter })));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('expected a complete zip archive, found a damaged or shortened one');
  }
}

function listEntries(bytes: Uint8Array): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  unzip(bytes, (entry) => {
    if (entries.has(entry.name)) {
      throw new InputError(`expected zip entries of different names, found ${quote(entry.name)} twice`);
    }
    if (entries.size >= MAX_ENTRIES) {
      throw new InputError(`expected at most ${MAX_ENTRIES} zip entries, found more`);
    }
    entries.set(entry.name, entry);
    return false;
  });
  return entries;
}

/** Refuses sizes that cannot be true before anything is allocated for them. */
function checkSizes(bytes: Uint8Array, entries: readonly Entry[]): void {
  let packed = 0;
  let unpacked = 0;
  for (const { name, size, originalSize, compression } of entries) {
    packed += size;
    unpacked += originalSize;
    const possible = compression === STORED ? originalSize === size : originalSize <= DEFLATE_RATIO * size;
    if ((compression !== STORED && compression !== DEFLATED) || !possible) {
      throw new InputError(
        `expected zip entry ${quote(name)} stored or deflated, found method ${compression}, ` +
          `${size} bytes packed and ${originalSize} unpacked`,
      );
    }
  }
  if (packed > bytes.length) {
    throw new InputError(
      `expected zip entries within the file's ${bytes.length} bytes, found ${packed} in all`,
    );
  }
  const most = mostBytes(bytes.length);
  if (unpacked > most) {
    throw new InputError(
      `expected zip entries of at most ${most} bytes unpacked in a file of ${bytes.length}, found ${unpacked}`,
    );
  }
}

function extract(bytes: Uint8Array, entries: readonly Entry[]): Map<string, Uint8Array> {
  checkSizes(bytes, entries);
  const wanted = new Set(entries.map((entry) => entry.name));
  const files = unzip(bytes, (entry) => wanted.has(entry.name));
  for (const { name, originalSize } of entries) {
    const found = files.get(name)?.length ?? 0;
    if (found !== originalSize) {
      throw new InputError(`expected zip entry ${quote(name)} of ${originalSize} bytes, found ${found}`);
    }
  }
  return files;
}

/** The folder in which the archive keeps everything, ending in a slash: "archive/" or the file's stem. */
function findRoot(entries: ReadonlyMap<string, Entry>): string {
  const names = [...entries.keys()];
  if (names.some((name) => name.endsWith('/constants.pkl'))) {
    throw new InputError(
      'expected a state dict, found a TorchScript program; save model.state_dict() instead',
    );
  }
  const pickles = names.filter((name) => name.endsWith('/data.pkl'));
  if (pickles.length !== 1) {
    const found = pickles.length ? quoteList(pickles) : `a zip archive of ${quoteList(names) || 'nothing'}`;
    throw new InputError(`expected one data.pkl, as torch.save writes it, found ${found}`);
  }
  return pickles[0]!.slice(0, -'data.pkl'.length);
}

function checkByteOrder(bytes: Uint8Array, entry: Entry | undefined): void {
  if (!entry) return;
  if (entry.originalSize > 16) throw new InputError('expected a byteorder of "little", found a longer text');
  const order = new TextDecoder().decode(extract(bytes, [entry]).get(entry.name));
  if (order.trim() !== 'little') throw new InputError(`expected little-endian data, found ${quote(order)}`);
}

function storageEntry(entries: ReadonlyMap<string, Entry>, root: string, storage: StorageRef): Entry {
  if (!/^[0-9A-Za-z_.-]+$/.test(storage.key)) {
    throw new InputError(`expected a storage key of letters and digits, found ${quote(storage.key)}`);
  }
  const entry = entries.get(`${root}data/${storage.key}`) ?? entries.get(`${root}tensors/${storage.key}`);
  if (!entry) throw new InputError(`expected zip entry ${quote(`data/${storage.key}`)}, found none`);
  if (entry.originalSize !== storageBytes(storage)) {
    throw new InputError(
      `expected storage ${quote(storage.key)} of ${storage.count} ${storage.dtype}, found ${entry.originalSize} bytes`,
    );
  }
  return entry;
}

/** The texts in the archive's extra folder; none, and a warning, where they are too long to be text. */
function readExtra(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, Entry>,
  folder: string,
): Pick<TorchArchive, 'metadata' | 'warnings'> {
  const metadata: Record<string, string> = Object.create(null);
  const extra = [...entries.values()].filter(({ name }) => name.startsWith(folder) && name !== folder);
  const size = extra.reduce((sum, { originalSize }) => sum + originalSize, 0);
  if (size > MAX_EXTRA) return { metadata, warnings: [`skipped ${size} bytes under ${quote(folder)}`] };
  for (const [name, text] of extract(bytes, extra)) {
    metadata[name.slice(folder.length)] = new TextDecoder().decode(text);
  }
  return { metadata, warnings: [] };
}

/**
 * Reads the zip archive that torch 1.6 and later write. Storages are unpacked only when asked for.
 *
 * @throws {InputError} where it is damaged, big-endian or not a state dict's archive.
 * @see https://github.com/pytorch/pytorch/blob/v2.4.0/torch/serialization.py (_load)
 */
export function openTorchZip(bytes: Uint8Array): TorchArchive {
  const entries = listEntries(bytes);
  const root = findRoot(entries);
  checkByteOrder(bytes, entries.get(`${root}byteorder`));
  const pickle = entries.get(`${root}data.pkl`)!;
  if (pickle.originalSize > PICKLE_LIMITS.bytes) {
    throw new InputError(
      `expected a data.pkl of at most ${PICKLE_LIMITS.bytes} bytes, found ${pickle.originalSize}`,
    );
  }
  const { load, seen } = storageCollector();
  const { value } = unpickle(extract(bytes, [pickle]).get(pickle.name)!, 0, load);
  return {
    root: value,
    ...readExtra(bytes, entries, root + EXTRA_FOLDER),
    storages(keys) {
      const paths = new Map([...keys].map((key) => [key, storageEntry(entries, root, seen.get(key)!)]));
      const files = extract(bytes, [...paths.values()]);
      return new Map([...paths].map(([key, entry]) => [key, files.get(entry.name)!]));
    },
  };
}
