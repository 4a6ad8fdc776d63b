/** What files of weights may claim; no real one comes near. */

/** PyTorch's own limit. */
export const MAX_DIMENSIONS = 64;
export const MAX_TENSORS = 100_000;

/** What any file may become: more than the largest published networks, even if all of their weights are 0. */
const FREE_BYTES = 2 ** 28;
/** Above that, weights pack badly; but bytes become float32, and tied weights stand in a file once. */
const MAX_GROWTH = 8;

/**
 * Bytes that a file may become, unpacked or as float32. Deflate alone packs zeros 1032 times, and views repeat them:
 * a small file could ask for all memory that there is.
 */
export function mostBytes(fileBytes: number): number {
  return FREE_BYTES + MAX_GROWTH * fileBytes;
}
