import { zipSync } from 'fflate';
import { ByteWriter } from '../../src/formats/byte-writer.ts';
import { PickleWriter } from '../../src/formats/pickle-write.ts';
import { LEGACY_MAGIC, LEGACY_PROTOCOL } from '../../src/formats/torch-legacy.ts';

/** Appends opcodes to a pickle, for programs that the library itself never writes. */
export type PickleScript = (pickle: PickleWriter) => PickleWriter;

/** The pickle that a script builds, with header and STOP. */
export function pickleOf(script: PickleScript): Uint8Array {
  return script(new PickleWriter()).stop();
}

/** What a script may vary of a tensor; numbers are written as they are, however wrong. */
export interface TensorClaim {
  key?: string;
  type?: string;
  count?: number;
  offset?: number;
  size?: number[];
  stride?: number[];
  legacy?: boolean;
  /** Legacy only: first element and length of a sub-range of the storage. */
  view?: [offset: number, count: number];
}

/** A signed 64-bit LONG1, so that tests can claim negative and enormous sizes. */
function long(pickle: PickleWriter, value: number): PickleWriter {
  const raw = new Uint8Array(8);
  new DataView(raw.buffer).setBigInt64(0, BigInt(value), true);
  return pickle.bytes([0x8a, 8]).bytes(raw);
}

function longs(pickle: PickleWriter, values: readonly number[]): PickleWriter {
  pickle.mark();
  for (const value of values) long(pickle, value);
  return pickle.tuple();
}

/** Appends `_rebuild_tensor_v2(…)` with the claims given, by default four floats of storage "0". */
export function claimTensor(pickle: PickleWriter, claim: TensorClaim = {}): PickleWriter {
  pickle.global('torch._utils', '_rebuild_tensor_v2').mark();
  pickle
    .mark()
    .string('storage')
    .global('torch', `${claim.type ?? 'Float'}Storage`);
  long(pickle.string(claim.key ?? '0').string('cpu'), claim.count ?? 4);
  if (claim.view) long(long(pickle.mark().string('view'), claim.view[0]), claim.view[1]).tuple();
  else if (claim.legacy) pickle.bytes([0x4e]);
  pickle.tuple().bytes([0x51]);
  long(pickle, claim.offset ?? 0);
  longs(pickle, claim.size ?? [4]);
  longs(pickle, claim.stride ?? [1]);
  return pickle.boolean(false).orderedDict().tuple().reduce();
}

/** A dict of one tensor "w". */
export function dictOf(claim: TensorClaim): PickleScript {
  return (pickle) => claimTensor(pickle.bytes([0x7d]).string('w'), claim).bytes([0x73]);
}

/** Four float32 elements: 1, 2, 3, 4. */
export const FOUR = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** A zip checkpoint around a pickle, with storage "0" of four floats unless told otherwise. */
export function zipFile(
  pickle: Uint8Array,
  more: Record<string, Uint8Array> = {},
  level: 0 | 6 = 0,
): Uint8Array {
  return zipSync({ 'archive/data.pkl': pickle, 'archive/data/0': FOUR, ...more }, { level });
}

/** A legacy checkpoint around a pickle, with storage "0" of four floats. `count` is what it claims to hold. */
export function legacyFile(pickle: Uint8Array, count = 4, keys: readonly string[] = ['0']): Uint8Array {
  const file = new ByteWriter().bytes(LEGACY_MAGIC);
  file.bytes(new PickleWriter().integer(LEGACY_PROTOCOL).stop());
  file.bytes(pickleOf((info) => info.bytes([0x7d]))).bytes(pickle);
  const list = new PickleWriter().bytes([0x5d]);
  for (const key of keys) list.string(key).bytes([0x61]);
  return file.bytes(list.stop()).int64(count).bytes(FOUR).finish();
}
