/** Bytes that come piece by piece, in one buffer: many small pieces take no more memory than a few large ones. */
export class GrowingBytes {
  private readonly limit: number;
  private readonly first: number;
  private buffer = Buffer.alloc(0);
  private length = 0;

  /**
   * @param limit there will never be more bytes
   * @param expected so many are likely to come; nothing is taken before the first of them
   */
  constructor(limit: number, expected = FIRST_BYTES) {
    this.limit = limit;
    this.first = expected;
  }

  /** Bytes of memory that are taken. */
  get capacity(): number {
    return this.buffer.length;
  }

  /** Whether there was room for the piece. */
  add(piece: Uint8Array): boolean {
    const length = this.length + piece.length;
    if (length > this.limit) return false;
    if (length > this.capacity) this.grow(length);
    this.buffer.set(piece, this.length);
    this.length = length;
    return true;
  }

  /** What has come so far; it shares memory with what comes later. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private grow(length: number): void {
    const wanted = Math.max(length, this.first, 2 * this.capacity);
    const larger = Buffer.allocUnsafeSlow(Math.min(wanted, this.limit));
    larger.set(this.bytes());
    this.buffer = larger;
  }
}

const FIRST_BYTES = 64 * 1024;
