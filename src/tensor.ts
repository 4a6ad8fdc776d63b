/** A dense float32 array with its shape, outermost dimension first (pictures: N, C, H, W). */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Named tensors in the order of the file or of the network's registration, under PyTorch's key names. */
export type StateDict = Map<string, Tensor>;

/** Number of elements of a shape; 1 for a scalar's empty shape. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/**
 * Makes a tensor after checking that the shape and the data agree.
 *
 * @throws {RangeError} where they do not, naming both.
 */
export function tensor(data: Float32Array, dims: readonly number[]): Tensor {
  if (data.length !== elementCount(dims)) {
    throw new RangeError(
      `a tensor of shape ${formatDims(dims)} has ${elementCount(dims)} elements, but the data has ${data.length}`,
    );
  }
  return { data, dims };
}

/** A shape as messages show it: "[64, 3, 3, 3]". */
export function formatDims(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}

export function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * The largest difference, relative to the largest expected value: infinite between arrays of different lengths, and
 * where there is a NaN it is NaN, which is within no bound.
 */
export function relativeDifference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [largest, difference] = [0, 0];
  expected.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - found[i]!));
  });
  return difference / largest;
}
