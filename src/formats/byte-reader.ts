import { InputError } from '../errors.ts';

/** A plain view of the same bytes. Node's Buffer overrides `slice` to share memory; a plain view copies. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads forward through bytes, little-endian, and refuses to go past the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** The next `count` bytes, shared with the file. @throws {InputError} where fewer are left. */
  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit size, count or offset. @throws {InputError} where it is negative or above 2^53 - 1. */
  size64(what: string): number {
    const value = this.#view.getBigInt64(this.#advance(8), true);
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new InputError(`expected ${what} between 0 and 2^53 - 1, found ${value}`);
    }
    return Number(value);
  }

  /** Pickle writes its floats big-endian, unlike everything else in it. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  #advance(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) {
      throw new InputError(
        `the file ends early: expected ${count} more bytes at offset ${start}, found ${this.bytes.length - start}`,
      );
    }
    this.position = start + count;
    return start;
  }
}
