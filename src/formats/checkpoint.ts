import { InputError, naming } from '../errors.ts';
import type { StateDict } from '../tensor.ts';
import { plainBytes } from './byte-reader.ts';
import { type Container, detectContainer } from './container.ts';
import { mostBytes } from './limits.ts';
import { parseOnnx } from './onnx.ts';
import type { StorageRef, TensorRef } from './pickle-values.ts';
import { quote } from './quote.ts';
import { parseSafetensors } from './safetensors.ts';
import { checkedElementCount, DTYPE_BYTES, readView } from './storage.ts';
import { openTorchLegacy } from './torch-legacy.ts';
import type { TorchArchive } from './torch-storage.ts';
import { openTorchTar } from './torch-tar.ts';
import { openTorchZip } from './torch-zip.ts';
import { stripPrefixes, unwrapStateDict } from './unwrap.ts';

/** Everything that a file of weights says, beyond the tensors themselves. */
export interface Checkpoint {
  readonly container: Container;
  /** Float32, whatever the file holds, under the names in the file less `wrapper`. */
  readonly tensors: StateDict;
  /** Original element type per tensor, under PyTorch's name: 'float32', 'float16', 'int64'… */
  readonly dtypes: Map<string, string>;
  /** Text beside the tensors (safetensors, ONNX, and zip archives that sisr wrote); has no prototype. */
  readonly metadata: Record<string, string>;
  /** Keys and prefixes that were taken off, outermost first, e.g. ['params_ema']; prefixes end in a dot. */
  readonly wrapper: string[];
  readonly warnings: string[];
}

type TorchContainer = Exclude<Container, 'safetensors' | 'onnx'>;

const OPENERS: Record<TorchContainer, (bytes: Uint8Array) => TorchArchive> = {
  'torch-zip': openTorchZip,
  'torch-legacy': openTorchLegacy,
  'torch-tar': openTorchTar,
};

/** Small views may share a storage freely: this many elements (4 MB) are always allowed. */
const FREE_ELEMENTS = 2 ** 20;
/** Above that, all tensors together may be this many times the storages they lie in. */
const MAX_SHARING = 4;

/**
 * A strided view can repeat its storage without end (`expand` has stride 0), so a tiny file could claim
 * petabytes. A real checkpoint holds every element once, or a few times where weights are tied.
 */
function checkExpansion(tensors: Iterable<TensorRef>, storages: ReadonlyMap<string, StorageRef>): void {
  const stored = [...storages.values()].reduce((sum, storage) => sum + storage.count, 0);
  const allowed = MAX_SHARING * stored + FREE_ELEMENTS;
  const produced = countElements(tensors);
  if (produced > allowed) {
    throw new InputError(
      `expected tensors of at most ${allowed} elements on storages of ${stored}, found ${produced}: ` +
        'views repeat their data too often',
    );
  }
}

function checkBytes(tensors: Iterable<TensorRef>, fileBytes: number): void {
  const [bytes, most] = [DTYPE_BYTES.float32 * countElements(tensors), mostBytes(fileBytes)];
  if (bytes > most) {
    throw new InputError(
      `expected tensors of at most ${most} bytes as float32 in a file of ${fileBytes}, found ${bytes}`,
    );
  }
}

function countElements(tensors: Iterable<TensorRef>): number {
  let count = 0;
  for (const { size } of tensors) count += checkedElementCount(size);
  return count;
}

function openTorch(container: TorchContainer, bytes: Uint8Array): Checkpoint {
  const archive = OPENERS[container](bytes);
  const { tensors: views, wrapper, warnings } = unwrapStateDict(archive.root);
  const used = new Map([...views.values()].map(({ storage }) => [storage.key, storage]));
  checkExpansion(views.values(), used);
  const storages = archive.storages(new Set(used.keys()));
  checkBytes(views.values(), bytes.length);
  const tensors: StateDict = new Map();
  for (const [name, view] of views) {
    const storage = storages.get(view.storage.key)!;
    tensors.set(
      name,
      naming(`tensor ${quote(name)}`, () => readView(view, storage)),
    );
  }
  return {
    container,
    tensors,
    dtypes: new Map([...views].map(([name, view]) => [name, view.dtype])),
    metadata: archive.metadata,
    wrapper,
    warnings: [...archive.warnings, ...warnings],
  };
}

function openSafetensors(bytes: Uint8Array): Checkpoint {
  const { tensors, dtypes, metadata } = parseSafetensors(bytes);
  const wrapper: string[] = [];
  return {
    container: 'safetensors',
    tensors: stripPrefixes(tensors, wrapper),
    dtypes: stripPrefixes(dtypes, []),
    metadata,
    wrapper,
    warnings: [],
  };
}

function openOnnx(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = parseOnnx(bytes);
  const dtypes = new Map([...tensors.keys()].map((name) => [name, 'float32']));
  return { container: 'onnx', tensors, dtypes, metadata, wrapper: [], warnings: [] };
}

/**
 * Opens a file of weights, whichever container it is in, and finds the state dict in it.
 *
 * @param bytes the whole file.
 * @throws {InputError} where it is none that is known, is damaged, or holds no state dict. Nothing in the
 * file is executed.
 */
export function openCheckpoint(bytes: Uint8Array): Checkpoint {
  const plain = plainBytes(bytes);
  const container = detectContainer(plain);
  if (container === 'safetensors') return openSafetensors(plain);
  return container === 'onnx' ? openOnnx(plain) : openTorch(container, plain);
}

/** The tensors of a file of weights. @throws {InputError} as {@link openCheckpoint} does. */
export function readCheckpoint(bytes: Uint8Array): StateDict {
  return openCheckpoint(bytes).tensors;
}
