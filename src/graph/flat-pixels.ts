import { reshape } from './ops/reshape.ts';
import { knownSizes } from './shape.ts';
import type { Value } from './value.ts';

/** The pixels of each channel as a vector: [N, C, H, W] of known sizes → [N, C, H * W]. */
export function flatPixels(x: Value): Value {
  const [batch, channels, height, width] = knownSizes(x.shape);
  return reshape(x, [batch, channels, height * width]);
}
