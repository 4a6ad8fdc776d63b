import { InputError } from '../errors.ts';
import { formatDims, type Tensor } from '../tensor.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './half.ts';

/** Element types under PyTorch's names, with their size in bytes. Safetensors adds the unsigned ones. */
export const DTYPE_BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex64: 8,
  complex128: 16,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** A strided view of a storage; sizes, strides and offset count elements, not bytes. */
export interface StridedView {
  readonly dtype: Dtype;
  readonly offset: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

type ElementReader = (view: DataView, byte: number) => number;

const READERS: Partial<Record<Dtype, ElementReader>> = {
  float64: (view, byte) => view.getFloat64(byte, true),
  int64: (view, byte) => Number(view.getBigInt64(byte, true)),
  int32: (view, byte) => view.getInt32(byte, true),
  int16: (view, byte) => view.getInt16(byte, true),
  int8: (view, byte) => view.getInt8(byte),
  uint64: (view, byte) => Number(view.getBigUint64(byte, true)),
  uint32: (view, byte) => view.getUint32(byte, true),
  uint16: (view, byte) => view.getUint16(byte, true),
  uint8: (view, byte) => view.getUint8(byte),
  bool: (view, byte) => (view.getUint8(byte) ? 1 : 0),
};

/**
 * Elements `start` to `start + count` of little-endian bytes as float32, in a buffer of its own. Integers
 * beyond 2^24 and float64 values round to the nearest float32. The caller has checked the bounds.
 *
 * @throws {InputError} where the type is complex.
 */
export function decodeElements(dtype: Dtype, bytes: Uint8Array, start: number, count: number): Float32Array {
  const width = DTYPE_BYTES[dtype];
  // Typed arrays use the machine's byte order, which is little-endian wherever JavaScript engines run today.
  const chosen = bytes.slice(start * width, (start + count) * width);
  if (dtype === 'float32') return new Float32Array(chosen.buffer);
  if (dtype === 'float16') return float16ToFloat32(new Uint16Array(chosen.buffer));
  if (dtype === 'bfloat16') return bfloat16ToFloat32(new Uint16Array(chosen.buffer));
  const read = READERS[dtype];
  if (!read) throw new InputError(`expected real numbers, found dtype ${dtype}`);
  const view = new DataView(chosen.buffer);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * width);
  return values;
}

/**
 * The number of elements of a shape.
 *
 * @throws {InputError} where it is above 2^53 - 1.
 */
export function checkedElementCount(size: readonly number[]): number {
  if (size.includes(0)) return 0;
  const count = size.reduce((product, length) => product * length, 1);
  if (count > Number.MAX_SAFE_INTEGER) {
    throw new InputError(`expected a tensor of less than 2^53 elements, found shape ${formatDims(size)}`);
  }
  return count;
}

/** Index just past the last element that a view touches; 0 for an empty view. May exceed 2^53: only compare it. */
function viewEnd(view: StridedView): number {
  if (view.size.includes(0)) return 0;
  return view.size.reduce((end, length, axis) => end + (length - 1) * view.stride[axis]!, view.offset + 1);
}

/** @throws {InputError} where a view reaches beyond the elements that its storage holds */
export function checkView(view: StridedView, held: number): void {
  if (viewEnd(view) <= held) return;
  const { size, stride, offset } = view;
  throw new InputError(
    `expected a tensor within its storage of ${held} elements, found shape ${formatDims(size)}, ` +
      `strides ${formatDims(stride)} at offset ${offset}`,
  );
}

function isContiguous(view: StridedView): boolean {
  let expected = 1;
  for (let axis = view.size.length - 1; axis >= 0; axis--) {
    const length = view.size[axis]!;
    if (length !== 1 && view.stride[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}

/** The elements of a view in row-major order, still encoded. */
function gather(view: StridedView, bytes: Uint8Array, count: number): Uint8Array {
  const width = DTYPE_BYTES[view.dtype];
  const packed = new Uint8Array(count * width);
  const place = view.size.map(() => 0);
  let index = view.offset;
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) packed[i * width + byte] = bytes[index * width + byte]!;
    for (let axis = place.length - 1; axis >= 0; axis--) {
      index += view.stride[axis]!;
      place[axis]! += 1;
      if (place[axis]! < view.size[axis]!) break;
      index -= view.stride[axis]! * view.size[axis]!;
      place[axis] = 0;
    }
  }
  return packed;
}

/**
 * Copies a view out of its storage as a dense float32 tensor.
 *
 * @param bytes the whole storage, little-endian.
 * @throws {InputError} where the view reaches outside the storage or its type is complex.
 */
export function readView(view: StridedView, bytes: Uint8Array): Tensor {
  const count = checkedElementCount(view.size);
  checkView(view, Math.floor(bytes.length / DTYPE_BYTES[view.dtype]));
  if (count === 0) return { data: new Float32Array(0), dims: [...view.size] };
  const data = isContiguous(view)
    ? decodeElements(view.dtype, bytes, view.offset, count)
    : decodeElements(view.dtype, gather(view, bytes, count), 0, count);
  return { data, dims: [...view.size] };
}
