import type { Kernel } from './kernels.ts';

/** What lies outside the picture: its mirror image with the edge repeated, or the edge sample. */
export const BORDERS = ['symmetric', 'replicate'] as const;
export type Border = (typeof BORDERS)[number];

/**
 * How the samples of one dimension are made: output i is the sum over p < taps of
 * weights[i · taps + p] · line[first[i] + p], where `line` is the input with its border written out:
 * line[k] = input[source[k]], and the input itself begins at line[origin].
 */
export interface Axis {
  readonly inputSize: number;
  readonly outputSize: number;
  /** A multiple of 4, so that inner loops can take four samples at a time. */
  readonly taps: number;
  /** Never decreases. */
  readonly first: Int32Array;
  readonly weights: Float64Array;
  readonly origin: number;
  readonly source: Int32Array;
}

/** Weights before the border is written out: `left[i]` is the input index of output i's first tap, maybe < 0. */
export interface TapTable {
  readonly left: Int32Array;
  readonly taps: number;
  /** left.length × taps. */
  readonly weights: Float64Array;
}

/**
 * Taps of a kernel for a change of scale: output sample i (from 0) lies at (i + 0.5) / scale − 0.5, and the
 * weights of each output are divided by their sum. With `antialias` and a scale below 1 the kernel is
 * stretched by 1/scale. The arithmetic follows the order of MATLAB's `imresize`.
 */
export function kernelTaps(outputSize: number, scale: number, kernel: Kernel, antialias: boolean): TapTable {
  const stretch = antialias && scale < 1 ? scale : 1;
  const width = kernel.width / stretch;
  const taps = Math.ceil(width) + 2;
  const left = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * taps);
  for (let i = 0; i < outputSize; i++) {
    const centre = (i + 1) / scale + 0.5 * (1 - 1 / scale); // counted from 1, as in MATLAB
    const start = Math.floor(centre - width / 2);
    left[i] = start - 1;
    for (let p = 0; p < taps; p++) {
      weights[i * taps + p] = stretch * kernel.weight(stretch * (centre - start - p));
    }
  }
  normaliseTaps(weights, taps);
  return { left, taps, weights };
}

/** Divides the weights of each output by their sum, in place. */
export function normaliseTaps(weights: Float64Array, taps: number): void {
  for (let k = 0; k < weights.length; k += taps) {
    let sum = 0;
    for (let p = 0; p < taps; p++) sum += weights[k + p]!;
    for (let p = 0; p < taps; p++) weights[k + p]! /= sum;
  }
}

/** Drops the taps that no output uses, fills up to a multiple of 4 and writes out the border. */
export function makeAxis(inputSize: number, table: TapTable, border: Border): Axis {
  const [from, to] = usedTaps(table);
  const outputSize = table.left.length;
  const taps = Math.ceil((to - from) / 4) * 4;
  const weights = new Float64Array(outputSize * taps);
  for (let i = 0; i < outputSize; i++) {
    weights.set(table.weights.subarray(i * table.taps + from, i * table.taps + to), i * taps);
  }
  const low = Math.min(0, table.left[0]! + from);
  const high = Math.max(inputSize, table.left[outputSize - 1]! + from + taps);
  const source = Int32Array.from({ length: high - low }, (_, k) => borderIndex(low + k, inputSize, border));
  const first = table.left.map((left) => left + from - low);
  return { inputSize, outputSize, taps, first, weights, origin: -low, source };
}

function usedTaps({ taps, weights }: TapTable): [from: number, to: number] {
  let from = taps - 1;
  let to = 1;
  for (let k = 0; k < weights.length; k++) {
    if (weights[k] === 0) continue;
    from = Math.min(from, k % taps);
    to = Math.max(to, (k % taps) + 1);
  }
  return [from, to];
}

/** The sample that stands at index i (from 0) of a line of n samples, where i may lie outside. */
function borderIndex(i: number, n: number, border: Border): number {
  if (border === 'replicate') return Math.min(Math.max(i, 0), n - 1);
  const period = 2 * n;
  const m = ((i % period) + period) % period;
  return m < n ? m : period - 1 - m;
}
