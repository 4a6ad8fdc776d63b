import type { Tensor } from '../tensor.ts';
import { ByteWriter } from './byte-writer.ts';

/** Writes protocol-2 pickles without a memo, which Python 2 and every version of torch read. */
export class PickleWriter extends ByteWriter {
  constructor() {
    super();
    this.bytes([0x80, 2]);
  }

  mark(): this {
    return this.bytes([0x28]);
  }

  tuple(): this {
    return this.bytes([0x74]);
  }

  reduce(): this {
    return this.bytes([0x52]);
  }

  string(text: string): this {
    const encoded = new TextEncoder().encode(text);
    return this.bytes([0x58]).uint32(encoded.length).bytes(encoded);
  }

  boolean(value: boolean): this {
    return this.bytes([value ? 0x88 : 0x89]);
  }

  /** A whole number below 2^63: BININT1, BININT or LONG1, as CPython chooses. */
  integer(value: number): this {
    if (value < 256) return this.bytes([0x4b, value]);
    if (value < 2 ** 31) return this.bytes([0x4a]).uint32(value);
    return this.bytes([0x8a, 8]).int64(value);
  }

  integers(values: readonly number[]): this {
    this.mark();
    for (const value of values) this.integer(value);
    return this.tuple();
  }

  global(module: string, name: string): this {
    return this.text(`c${module}\n${name}\n`);
  }

  orderedDict(): this {
    return this.global('collections', 'OrderedDict').bytes([0x29, 0x52]);
  }

  stop(): Uint8Array {
    return this.bytes([0x2e]).finish();
  }
}

function contiguousStrides(dims: readonly number[]): number[] {
  return dims.map((_, axis) =>
    dims.slice(axis + 1).reduce((product, size) => product * Math.max(size, 1), 1),
  );
}

/** `_rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())` on a storage of the tensor's own. */
function writeTensor(pickle: PickleWriter, tensor: Tensor, key: string, legacy: boolean): void {
  pickle.global('torch._utils', '_rebuild_tensor_v2').mark();
  pickle.mark().string('storage').global('torch', 'FloatStorage').string(key).string('cpu');
  pickle.integer(tensor.data.length);
  // The legacy container's id has a sixth part: a view of the storage, or None.
  if (legacy) pickle.bytes([0x4e]);
  pickle.tuple().bytes([0x51]);
  pickle.integer(0).integers(tensor.dims).integers(contiguousStrides(tensor.dims));
  pickle.boolean(false).orderedDict().tuple().reduce();
}

/** The pickle of an OrderedDict of tensors, whose storages have the keys "0", "1"… in the dict's order. */
export function pickleStateDict(dict: ReadonlyMap<string, Tensor>, legacy: boolean): Uint8Array {
  const pickle = new PickleWriter().orderedDict().mark();
  let index = 0;
  for (const [name, tensor] of dict) writeTensor(pickle.string(name), tensor, `${index++}`, legacy);
  return pickle.bytes([0x75]).stop();
}
