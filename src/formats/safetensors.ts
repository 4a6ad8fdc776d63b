import { expectThat, InputError } from '../errors.ts';
import { elementCount, formatDims, type StateDict, type Tensor } from '../tensor.ts';
import { ByteReader, plainBytes } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkDict, checkMetadata } from './check-dict.ts';
import { FLOAT16_OVERFLOW, float32ToFloat16 } from './half.ts';
import { type Json, parseJson } from './json.ts';
import { MAX_DIMENSIONS } from './limits.ts';
import { quote } from './quote.ts';
import { checkedElementCount, DTYPE_BYTES, type Dtype, decodeElements } from './storage.ts';

/** The reference implementation's limit on the header, in bytes. */
const MAX_HEADER = 100_000_000;

const DTYPES: ReadonlyMap<Json | undefined, Dtype> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

/** A safetensors file: tensors in the order of its header, as float32, with what they were stored as. */
export interface Safetensors {
  readonly tensors: StateDict;
  /** Original element type per tensor, under PyTorch's name. */
  readonly dtypes: Map<string, string>;
  /** The header's `__metadata__`; has no prototype. */
  readonly metadata: Record<string, string>;
}

/** Where one tensor lies in the data section; `begin` and `end` in bytes. */
interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dims: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function sizeList(value: Json | undefined): number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_DIMENSIONS) return undefined;
  const valid = value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
  return valid ? (value as number[]) : undefined;
}

function readEntry(name: string, value: Json): Entry {
  const fields = value instanceof Map ? value : new Map<string, Json>();
  const dtype = DTYPES.get(fields.get('dtype'));
  if (!dtype) {
    const found = fields.get('dtype');
    throw new InputError(
      `expected tensor ${quote(name)} to be one of ${[...DTYPES.keys()].join(', ')}, ` +
        `found ${typeof found === 'string' ? quote(found) : 'no dtype'}`,
    );
  }
  const dims = sizeList(fields.get('shape'));
  const [begin, end, ...more] = sizeList(fields.get('data_offsets')) ?? [];
  if (!dims || begin === undefined || end === undefined || more.length > 0) {
    throw new InputError(
      `expected a shape and two data_offsets for tensor ${quote(name)}, found something else`,
    );
  }
  if (checkedElementCount(dims) * DTYPE_BYTES[dtype] !== end - begin) {
    throw new InputError(
      `expected tensor ${quote(name)} of shape ${formatDims(dims)} and type ${dtype} to take ` +
        `${checkedElementCount(dims) * DTYPE_BYTES[dtype]} bytes, found offsets ${begin} to ${end}`,
    );
  }
  return { name, dtype, dims, begin, end };
}

/** The tensors must fill the data section: no holes, no overlaps, nothing behind. */
function checkLayout(entries: readonly Entry[], dataBytes: number): void {
  let expected = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) {
      throw new InputError(
        `expected tensor ${quote(name)} to begin at byte ${expected} of the data, found ${begin}`,
      );
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    throw new InputError(`expected ${expected} bytes of tensor data, found ${dataBytes}`);
  }
}

function readMetadata(value: Json | undefined): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  if (value === undefined) return metadata;
  if (!(value instanceof Map))
    throw new InputError('expected __metadata__ to be an object, found something else');
  for (const [key, text] of value) {
    if (typeof text !== 'string')
      throw new InputError(`expected text under __metadata__ ${quote(key)}, found other`);
    metadata[key] = text;
  }
  return metadata;
}

function readHeader(reader: ByteReader): Map<string, Json> {
  const length = reader.size64("the header's length");
  if (length > MAX_HEADER) {
    throw new InputError(`expected a safetensors header of at most ${MAX_HEADER} bytes, found ${length}`);
  }
  const bytes = reader.take(length);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputError('expected a safetensors header in UTF-8, found other bytes');
  }
  const header = parseJson(text);
  if (!(header instanceof Map))
    throw new InputError('expected a safetensors header object, found other JSON');
  return header;
}

/**
 * Reads a safetensors file. Every type becomes float32.
 *
 * @param bytes the whole file.
 * @returns tensors in header order.
 * @throws {InputError} where the header is malformed, repeats a name, or does not describe the data exactly.
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  const reader = new ByteReader(plainBytes(bytes));
  const header = readHeader(reader);
  const metadata = readMetadata(header.get('__metadata__'));
  const names = [...header.keys()].filter((name) => name !== '__metadata__');
  const entries = names.map((name) => readEntry(name, header.get(name)!));
  checkLayout(entries, reader.remaining);
  const data = reader.take(reader.remaining);
  const tensors: StateDict = new Map();
  for (const { name, dtype, dims, begin } of entries) {
    const count = elementCount(dims);
    tensors.set(name, { dims, data: decodeElements(dtype, data, begin / DTYPE_BYTES[dtype], count) });
  }
  return { tensors, metadata, dtypes: new Map(entries.map((entry) => [entry.name, entry.dtype])) };
}

/**
 * The metadata alone, for which the file's beginning is enough.
 *
 * @param bytes from the file's first one on, as far as the header goes at least
 * @throws {InputError} where the header is malformed
 */
export function safetensorsMetadata(bytes: Uint8Array): Record<string, string> {
  return readMetadata(readHeader(new ByteReader(plainBytes(bytes))).get('__metadata__'));
}

export interface SafetensorsOptions {
  /** Texts kept under `__metadata__`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Type to store. float16 halves the file and rounds to 11 significant bits. */
  readonly dtype?: 'float32' | 'float16';
}

function encode(name: string, tensor: Tensor, dtype: 'float32' | 'float16'): Uint8Array {
  if (dtype === 'float32') {
    return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  }
  const large = tensor.data.find((value) => Math.abs(value) >= FLOAT16_OVERFLOW && Number.isFinite(value));
  if (large !== undefined) {
    throw new InputError(`expected tensor ${quote(name)} to fit float16 (at most 65504), found ${large}`);
  }
  return new Uint8Array(float32ToFloat16(tensor.data).buffer);
}

/** The header's length in eight bytes, and the header, padded to a multiple of eight. */
function writeHeader(
  dict: StateDict,
  metadata: Readonly<Record<string, string>>,
  dtype: 'float32' | 'float16',
): Uint8Array {
  const width = DTYPE_BYTES[dtype];
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let begin = 0;
  for (const [name, { dims }] of dict) {
    const end = begin + width * elementCount(dims);
    const entry = { dtype: dtype === 'float16' ? 'F16' : 'F32', shape: dims, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin = end;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return header;
}

/**
 * A safetensors file in parts that follow one another: the header, then the tensors in the order of the dict, from
 * byte 8·n on. Tensors of float32 are not copied.
 *
 * @throws {InputError} where a name is reserved, data and shape disagree, or a value overflows float16.
 * @see https://github.com/huggingface/safetensors#format
 */
export function safetensorsParts(
  dict: StateDict,
  { metadata = {}, dtype = 'float32' }: SafetensorsOptions = {},
): Uint8Array[] {
  checkDict(dict);
  checkMetadata(metadata);
  expectThat(dtype === 'float32' || dtype === 'float16', 'dtype', 'float32 or float16', dtype);
  if (dict.has('__metadata__')) {
    throw new InputError('expected a tensor of another name, found "__metadata__", which is reserved');
  }
  const header = writeHeader(dict, metadata, dtype);
  return [header, ...[...dict].map(([name, tensor]) => encode(name, tensor, dtype))];
}

/**
 * Writes a state dict as a safetensors file, the tensors in the order of the dict.
 *
 * @throws {InputError} where a name is reserved, data and shape disagree, or a value overflows float16.
 * @see https://github.com/huggingface/safetensors#format
 */
export function writeSafetensors(dict: StateDict, options: SafetensorsOptions = {}): Uint8Array {
  const file = new ByteWriter();
  for (const part of safetensorsParts(dict, options)) file.bytes(part);
  return file.finish();
}
