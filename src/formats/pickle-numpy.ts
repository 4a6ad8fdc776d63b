import { InputError } from '../errors.ts';
import { describe, isKind, type NumpyDtype, type PickleValue } from './pickle-values.ts';

/** The widest scalar read here is 8 bytes. */
const LONGEST_SCALAR = 8;

const READERS: Record<string, ((view: DataView) => PickleValue) | undefined> = Object.assign(
  Object.create(null),
  {
    f8: (view: DataView) => view.getFloat64(0, true),
    f4: (view: DataView) => view.getFloat32(0, true),
    i8: (view: DataView) => plainInteger(view.getBigInt64(0, true)),
    i4: (view: DataView) => view.getInt32(0, true),
    i2: (view: DataView) => view.getInt16(0, true),
    i1: (view: DataView) => view.getInt8(0),
    u8: (view: DataView) => plainInteger(view.getBigUint64(0, true)),
    u4: (view: DataView) => view.getUint32(0, true),
    u2: (view: DataView) => view.getUint16(0, true),
    u1: (view: DataView) => view.getUint8(0),
    b1: (view: DataView) => view.getUint8(0) !== 0,
  },
);

/** A number where it is exact, else a bigint. */
export function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `numpy.dtype(code, align, copy)`, e.g. 'f8' or '<f8'. */
export function makeNumpyDtype(args: readonly PickleValue[]): NumpyDtype {
  const code = args[0];
  const bare = typeof code === 'string' ? code.replace(/^[<|]/, '') : '';
  if (!READERS[bare]) {
    throw new InputError(`expected a plain numeric numpy dtype in the pickle, found ${describe(code)}`);
  }
  return { kind: 'numpy-dtype', code: bare };
}

/** `numpy.core.multiarray.scalar(dtype, payload)` as a plain number or boolean. */
export function decodeNumpyScalar(args: readonly PickleValue[]): PickleValue {
  const [dtype, payload] = args;
  if (!isKind(dtype, 'numpy-dtype') || !(payload instanceof Uint8Array)) {
    throw new InputError(
      `expected a numpy scalar of a dtype and bytes, found ${describe(dtype)} and ${describe(payload)}`,
    );
  }
  const width = Number(dtype.code[1]);
  if (payload.length !== width) {
    throw new InputError(`expected a numpy scalar of ${width} bytes, found ${payload.length}`);
  }
  return READERS[dtype.code]!(new DataView(payload.buffer, payload.byteOffset, width));
}

/** `_codecs.encode(text, 'latin1')`: how protocol 2 writes a scalar's few bytes. Nothing longer is encoded. */
export function encodeLatin1(args: readonly PickleValue[]): Uint8Array {
  const [text, encoding] = args;
  const latin1 = encoding === 'latin1' || encoding === 'latin-1';
  if (typeof text !== 'string' || !latin1 || text.length > LONGEST_SCALAR || /[^\0-\xff]/.test(text)) {
    throw new InputError(
      'expected a numpy scalar of at most 8 latin-1 bytes in the pickle, found something else',
    );
  }
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
