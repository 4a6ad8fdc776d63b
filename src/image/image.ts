/** Samples of a picture: 8 bits (0..255), 16 bits (0..65535) or floating point (0..1, not clamped). */
export type Samples = Uint8Array | Uint16Array | Float32Array | Float64Array;

/**
 * A picture: rows from top to bottom, channels interleaved (H, W, C).
 * Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (alpha not premultiplied).
 */
export interface Image<S extends Samples = Samples> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: S;
}
