/** The norm of the difference, relative to the norm of what is expected. */
export function relativeNorm(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, size] = [0, 0];
  expected.forEach((value, i) => {
    difference += (value - found[i]!) ** 2;
    size += value ** 2;
  });
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/** The largest difference of two elements; infinity for different lengths. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < found.length; i++) largest = Math.max(largest, Math.abs(expected[i]! - found[i]!));
  return largest;
}
