import type { Axis } from './axis.ts';
import { type Image, type Samples, sampleMax, samplesLike } from './image.ts';

/** A separable filter: which lines and columns to make, and in which order. */
export interface Resampling {
  readonly height: Axis;
  readonly width: Axis;
  readonly first: 'height' | 'width';
  /** Rounds and saturates 8- and 16-bit samples after the first pass too; floating point never is. */
  readonly roundBetweenPasses: boolean;
}

type Pass = (image: Image, axis: Axis, out: Samples) => void;

/**
 * Filters one dimension, then the other, with sums in double precision. The result has the input's sample
 * type; 8 and 16 bits are rounded half up and saturated, floating point is neither rounded nor clamped.
 */
export function resample<S extends Samples>(image: Image<S>, plan: Resampling): Image<S> {
  const heightFirst = plan.first === 'height';
  const middleSize = heightFirst
    ? { width: image.width, height: plan.height.outputSize }
    : { width: plan.width.outputSize, height: image.height };
  const size = { width: plan.width.outputSize, height: plan.height.outputSize };
  const { channels } = image;
  const middleLength = middleSize.width * middleSize.height * channels;
  const rounded = plan.roundBetweenPasses && sampleMax(image.data) !== 1;
  const middle = rounded ? samplesLike(image.data, middleLength) : new Float64Array(middleLength);
  const data = samplesLike(image.data, size.width * size.height * channels);
  const [passOne, passTwo]: Pass[] = heightFirst ? [filterHeight, filterWidth] : [filterWidth, filterHeight];
  passOne!(image, heightFirst ? plan.height : plan.width, middle);
  passTwo!({ ...middleSize, channels, data: middle }, heightFirst ? plan.width : plan.height, data);
  return { ...size, channels, data };
}

/** Makes each output row as a weighted sum of whole rows; a ring holds the rows that are in use. */
function filterHeight(image: Image, axis: Axis, out: Samples): void {
  const length = image.width * image.channels;
  const { taps, first, weights, source } = axis;
  const ring = new Float64Array(taps * length);
  const sum = new Float64Array(length);
  let loaded = 0;
  for (let y = 0; y < axis.outputSize; y++) {
    const start = first[y]!;
    for (loaded = Math.max(loaded, start); loaded < start + taps; loaded++) {
      const row = source[loaded]! * length;
      ring.set(image.data.subarray(row, row + length), (loaded % taps) * length);
    }
    sum.fill(0);
    for (let p = 0; p < taps; p += 4) addFourRows(sum, ring, start + p, weights, y * taps + p);
    store(sum, out, y * length);
  }
}

function addFourRows(
  sum: Float64Array,
  ring: Float64Array,
  at: number,
  weights: Float64Array,
  k: number,
): void {
  const length = sum.length;
  const taps = ring.length / length;
  const a = (at % taps) * length;
  const b = ((at + 1) % taps) * length;
  const c = ((at + 2) % taps) * length;
  const d = ((at + 3) % taps) * length;
  const [wa, wb, wc, wd] = [weights[k]!, weights[k + 1]!, weights[k + 2]!, weights[k + 3]!];
  for (let i = 0; i < length; i++) {
    sum[i]! += wa * ring[a + i]! + wb * ring[b + i]! + wc * ring[c + i]! + wd * ring[d + i]!;
  }
}

/** Filters each row by itself, with its border written out to both sides; four rows share each weight. */
function filterWidth(image: Image, axis: Axis, out: Samples): void {
  const { height, channels } = image;
  const length = axis.outputSize * channels;
  const lines = new Float64Array(4 * axis.source.length * channels);
  const sums = new Float64Array(4 * length);
  for (let y = 0; y < height; y += 4) {
    const rows = Math.min(4, height - y); // at the end, stale lines are filtered too, but not stored
    for (let r = 0; r < rows; r++) loadLine(image, y + r, axis, lines, r * axis.source.length);
    filterFourLines(lines, axis, channels, sums);
    store(sums.subarray(0, rows * length), out, y * length);
  }
}

/** Writes one row with its border into `lines`, from pixel `start` on. */
function loadLine(image: Image, y: number, axis: Axis, lines: Float64Array, start: number): void {
  const { width, channels, data } = image;
  const { inputSize, source } = axis;
  const origin = start + axis.origin;
  const copyPixel = (k: number) => {
    const from = (origin + source[k]!) * channels;
    lines.copyWithin((start + k) * channels, from, from + channels);
  };
  lines.set(data.subarray(y * width * channels, (y + 1) * width * channels), origin * channels);
  for (let k = 0; k < axis.origin; k++) copyPixel(k);
  for (let k = axis.origin + inputSize; k < source.length; k++) copyPixel(k);
}

function filterFourLines(lines: Float64Array, axis: Axis, channels: number, sums: Float64Array): void {
  const { taps, first, weights } = axis;
  const [from, to] = [lines.length / 4, sums.length / 4];
  for (let i = 0; i < axis.outputSize; i++) {
    for (let channel = 0; channel < channels; channel++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      let at = first[i]! * channels + channel;
      for (let k = i * taps; k < (i + 1) * taps; k++, at += channels) {
        const weight = weights[k]!;
        a += weight * lines[at]!;
        b += weight * lines[at + from]!;
        c += weight * lines[at + 2 * from]!;
        d += weight * lines[at + 3 * from]!;
      }
      const out = i * channels + channel;
      sums[out] = a;
      sums[out + to] = b;
      sums[out + 2 * to] = c;
      sums[out + 3 * to] = d;
    }
  }
}

function store(line: Float64Array, out: Samples, offset: number): void {
  if (out instanceof Uint8Array || out instanceof Uint16Array)
    storeRounded(line, out, offset, sampleMax(out));
  else out.set(line, offset);
}

/** `toInteger` of image.ts, with the truncation that is fastest for values known to fit 32 bits. */
function storeRounded(line: Float64Array, out: Uint8Array | Uint16Array, offset: number, max: number): void {
  const length = line.length;
  for (let i = 0; i < length; i++) {
    const value = line[i]!;
    out[offset + i] = value <= 0 ? 0 : value >= max ? max : (value + 0.5) | 0;
  }
}
