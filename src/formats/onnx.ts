/** Reads the weights back out of ONNX models that sisr wrote (`exportOnnx` says how they lie there). */
import { InputError } from '../errors.ts';
import { formatDims, type StateDict, type Tensor } from '../tensor.ts';
import { plainBytes } from './byte-reader.ts';
import { MAX_DIMENSIONS, MAX_TENSORS } from './limits.ts';
import { readFields, readPacked, readText } from './onnx-wire.ts';
import { quote } from './quote.ts';
import { checkedElementCount, DTYPE_BYTES, decodeElements } from './storage.ts';

const PRODUCER = 'sisr';
const MAX_METADATA = 1000;
/** TensorProto.DataType.FLOAT */
const FLOAT = 1;

/** A model's initialisers as a state dict, and its metadata. */
export interface OnnxWeights {
  readonly tensors: StateDict;
  /** Has no prototype. */
  readonly metadata: Record<string, string>;
}

/** A TensorProto's fields, not yet checked against each other. */
interface Initializer {
  name: string;
  dims: number[];
  type: number;
  raw: Uint8Array;
  external: boolean;
}

/**
 * Reads the weights and the metadata of an ONNX model of sisr's own; the nodes are passed over.
 *
 * @param bytes the whole file.
 * @throws {InputError} where it is damaged, or another program wrote it: its initialisers need not be a state dict.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
export function parseOnnx(bytes: Uint8Array): OnnxWeights {
  const metadata: Record<string, string> = Object.create(null);
  const graphs: Uint8Array[] = [];
  let producer = '';
  let properties = 0;
  readFields(plainBytes(bytes), 'a model', {
    bytes: {
      2: (value) => {
        producer = readText(value, "the producer's name");
      },
      7: (value) => graphs.push(value),
      14: (value) => {
        if (++properties > MAX_METADATA)
          throw new InputError(`expected at most ${MAX_METADATA} metadata properties, found more`);
        const [key, text] = readProperty(value);
        metadata[key] = text;
      },
    },
  });
  if (producer !== PRODUCER) throw foreign(producer);
  const [graph, ...more] = graphs;
  if (!graph || more.length > 0)
    throw new InputError(`expected one graph in the ONNX model, found ${graphs.length}`);
  return { tensors: readInitializers(graph), metadata };
}

function foreign(producer: string): InputError {
  const writer = producer === '' ? 'an unnamed program' : quote(producer);
  return new InputError(
    `expected an ONNX model that sisr wrote, whose initialisers carry the names of a state dict; found one by ${writer}: ` +
      'use the weights that it was made from (.pt, .pth or .safetensors)',
  );
}

/** StringStringEntryProto. */
function readProperty(bytes: Uint8Array): [key: string, value: string] {
  const entry: [string, string] = ['', ''];
  readFields(bytes, 'a metadata property', {
    bytes: {
      1: (key) => {
        entry[0] = readText(key, "a metadata property's key");
      },
      2: (value) => {
        entry[1] = readText(value, 'a metadata property');
      },
    },
  });
  return entry;
}

function readInitializers(graph: Uint8Array): StateDict {
  const tensors: StateDict = new Map();
  readFields(graph, 'a graph', {
    bytes: {
      5: (value) => {
        const initializer = readInitializer(value);
        const { name } = initializer;
        if (tensors.has(name))
          throw new InputError(`expected initialiser ${quote(name)} once, found it twice`);
        if (tensors.size >= MAX_TENSORS)
          throw new InputError(`expected at most ${MAX_TENSORS} initialisers, found more`);
        tensors.set(name, toTensor(initializer));
      },
    },
  });
  if (tensors.size === 0)
    throw new InputError('expected weights as initialisers of the ONNX model, found none');
  return tensors;
}

function readInitializer(bytes: Uint8Array): Initializer {
  const found: Initializer = { name: '', dims: [], type: 0, raw: new Uint8Array(0), external: false };
  const addDims = (dims: readonly number[]) => {
    found.dims.push(...dims);
    if (found.dims.length > MAX_DIMENSIONS)
      throw new InputError(`expected an initialiser of at most ${MAX_DIMENSIONS} dimensions, found more`);
  };
  readFields(bytes, 'an initialiser', {
    bytes: {
      1: (packed) => addDims(readPacked(packed, "an initialiser's dimensions", MAX_DIMENSIONS)),
      8: (name) => {
        found.name = readText(name, "an initialiser's name");
      },
      9: (raw) => {
        found.raw = raw;
      },
      13: () => {
        found.external = true;
      },
    },
    integers: {
      1: (dim) => addDims([dim]),
      2: (type) => {
        found.type = type;
      },
    },
  });
  return found;
}

function toTensor({ name, dims, type, raw, external }: Initializer): Tensor {
  const expected = `expected initialiser ${quote(name)}`;
  if (external) throw new InputError(`${expected} inside the file, found external data`);
  if (type !== FLOAT) throw new InputError(`${expected} of type float32 (1), found type ${type}`);
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    throw new InputError(`${expected} of dimensions from 0 to 2^53 - 1, found ${formatDims(dims)}`);
  const count = checkedElementCount(dims);
  if (count * DTYPE_BYTES.float32 !== raw.length) {
    throw new InputError(
      `${expected} of shape ${formatDims(dims)} to take ${count * DTYPE_BYTES.float32} bytes, found ${raw.length}`,
    );
  }
  return { dims, data: decodeElements('float32', raw, 0, count) };
}
