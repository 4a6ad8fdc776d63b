import type { LumaRange } from '../models/architecture.ts';
import type { Tensor } from '../tensor.ts';

/** One run of a network: [1, C, H, W] → [1, C, H * scale, W * scale]. */
export type Forward = (input: Tensor) => Promise<Tensor>;

/** What upscaling needs to know of a network. */
export interface Upscaler {
  readonly scale: number;
  readonly valueRange: number;
  /** Present where the network enlarges only Y: the one that it was made for. */
  readonly luma?: LumaRange | undefined;
  readonly weightBytes: number;
  /** The most multiplications that one tile should take; no limit where undefined. */
  readonly tileWork?: number | undefined;
  readonly forward: Forward;
  /** Bytes that one run needs for its activations. */
  activationBytes(width: number, height: number): number;
}
