import { type Zippable, zipSync } from 'fflate';
import { expectThat, InputError } from '../errors.ts';
import type { StateDict, Tensor } from '../tensor.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkDict, checkMetadata } from './check-dict.ts';
import { PickleWriter, pickleStateDict } from './pickle-write.ts';
import { LEGACY_MAGIC, LEGACY_PROTOCOL } from './torch-legacy.ts';
import { EXTRA_FOLDER } from './torch-zip.ts';

/** 'zip' for torch 1.6 and later; 'legacy' also for the older ones, such as the original RCAN's 0.4. */
export type TorchWriteOptions =
  | {
      readonly container: 'zip';
      /** Text to keep beside the tensors, in files of the archive that `torch.load` passes over. */
      readonly metadata?: Readonly<Record<string, string>>;
    }
  | { readonly container: 'legacy' };

/** PyTorch aligns storages to 64 bytes so that they can be mapped into memory. */
const ALIGNMENT = 64;
/** The extra field in which PyTorch hides the padding: "FB", little-endian. */
const PADDING_FIELD = 0x4246;
const LOCAL_HEADER = 30;
const EXTRA_HEADER = 4;
/** The zip format without its 64-bit extension. */
const MAX_ZIP_ENTRIES = 65535;
const MAX_ZIP_BYTES = 2 ** 32 - 1;

function rawBytes(tensor: Tensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

function zipEntries(dict: StateDict, metadata: Readonly<Record<string, string>>): [string, Uint8Array][] {
  const text = new TextEncoder();
  const storages = [...dict.values()].map((tensor, index): [string, Uint8Array] => [
    `archive/data/${index}`,
    rawBytes(tensor),
  ]);
  return [
    ['archive/data.pkl', pickleStateDict(dict, false)],
    ['archive/byteorder', text.encode('little')],
    ...storages,
    ['archive/version', text.encode('3\n')],
    ...Object.entries(metadata).map(([name, value]): [string, Uint8Array] => [
      `archive/${EXTRA_FOLDER}${name}`,
      text.encode(value),
    ]),
  ];
}

function checkZipSize(entries: readonly [string, Uint8Array][]): void {
  // Twice the headers and padding, for the local and the central one.
  const bytes = entries.reduce((sum, [name, data]) => sum + data.length + 2 * (name.length + 128), 0);
  if (entries.length > MAX_ZIP_ENTRIES || bytes > MAX_ZIP_BYTES) {
    throw new InputError(
      `expected at most ${MAX_ZIP_ENTRIES} entries and 4 GB for a zip archive, found ${entries.length} and ${bytes} bytes`,
    );
  }
}

function writeZip(dict: StateDict, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  checkMetadata(metadata);
  const entries = zipEntries(dict, metadata);
  checkZipSize(entries);
  const files: Zippable = {};
  let at = 0;
  for (const [name, data] of entries) {
    const start = at + LOCAL_HEADER + name.length + EXTRA_HEADER;
    const padding = (ALIGNMENT - (start % ALIGNMENT)) % ALIGNMENT;
    // A fixed time keeps the file the same for the same weights; zip has no earlier year.
    const options = {
      level: 0,
      mtime: new Date(1980, 0, 1),
      extra: { [PADDING_FIELD]: new Uint8Array(padding) },
    };
    files[name] = [data, options as { level: 0 }];
    at = start + padding + data.length;
  }
  return zipSync(files);
}

function systemInfo(): Uint8Array {
  const pickle = new PickleWriter().bytes([0x7d]).mark();
  pickle.string('protocol_version').integer(LEGACY_PROTOCOL).string('little_endian').boolean(true);
  pickle.string('type_sizes').bytes([0x7d]).mark();
  for (const [name, size] of [
    ['short', 2],
    ['int', 4],
    ['long', 4],
  ] as const)
    pickle.string(name).integer(size);
  return pickle.bytes([0x75, 0x75]).stop();
}

function writeLegacy(dict: StateDict): Uint8Array {
  const tensors = [...dict.values()];
  const order = tensors.map((_, index) => `${index}`).sort();
  const file = new ByteWriter().bytes(LEGACY_MAGIC).bytes(new PickleWriter().integer(LEGACY_PROTOCOL).stop());
  file.bytes(systemInfo()).bytes(pickleStateDict(dict, true));
  const keys = new PickleWriter().bytes([0x5d]).mark();
  for (const key of order) keys.string(key);
  file.bytes(keys.bytes([0x65]).stop());
  for (const key of order) {
    const tensor = tensors[Number(key)]!;
    file.int64(tensor.data.length).bytes(rawBytes(tensor));
  }
  return file.finish();
}

/**
 * Writes a state dict as `torch.save` does, in float32, for `torch.load` in every version of PyTorch.
 *
 * @throws {InputError} where a tensor's data and shape disagree, or a zip archive would pass 4 GB.
 * @see https://github.com/pytorch/pytorch/blob/v1.13.1/torch/serialization.py (_save, _legacy_save)
 */
export function writeTorch(dict: StateDict, options: TorchWriteOptions): Uint8Array {
  checkDict(dict);
  const { container } = options;
  expectThat(container === 'zip' || container === 'legacy', 'container', 'zip or legacy', container);
  return options.container === 'zip' ? writeZip(dict, options.metadata) : writeLegacy(dict);
}
