import { elementCount, type Tensor } from '../../src/tensor.ts';

/** Textured values 0..range, different in every picture of a batch. */
export function ramp(dims: readonly number[], range: number): Tensor {
  const data = Float32Array.from({ length: elementCount(dims) }, (_, i) => (((i * 37) % 101) / 100) * range);
  return { dims, data };
}

/** Each picture of a batch for itself: [N, C, H, W] → N times [1, C, H, W]. */
export function split({ dims, data }: Tensor): Tensor[] {
  const [count = 0, ...rest] = dims;
  const size = elementCount(rest);
  return Array.from({ length: count }, (_, i) => ({
    dims: [1, ...rest],
    data: data.slice(i * size, (i + 1) * size),
  }));
}
