/** The least value that rounds to infinity; the largest finite float16 is 65504. */
export const FLOAT16_OVERFLOW = 65520;

let table: Float32Array | undefined;

function halfToSingle(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** IEEE 754 binary16 bits to float32, exact. All 65,536 values are tabled on first use (256 KB). */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, index) => halfToSingle(index));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!;
  return values;
}

/** bfloat16 bits to float32, exact: a bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** Divides by 2^shift, rounding half to even. */
function shiftRounded(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value - (quotient << shift);
  const half = 1 << (shift - 1);
  return quotient + (rest > half || (rest === half && quotient & 1) ? 1 : 0);
}

function singleToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 127;
  const fraction = bits & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  if (exponent > 15) return sign | 0x7c00;
  // A carry out of the fraction runs into the exponent, which is what rounding up to the next power needs.
  if (exponent >= -14) return sign | (((exponent + 15) << 10) + shiftRounded(fraction, 13));
  if (exponent < -25) return sign;
  return sign | shiftRounded(fraction | 0x800000, -exponent - 1);
}

/** float32 to IEEE 754 binary16 bits, rounding half to even; what is too large becomes infinity. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.slice().buffer);
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) halves[i] = singleToHalf(bits[i]!);
  return halves;
}
