import { expect, test } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '../../src/formats/half.ts';

const everyPattern = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** IEEE 754 binary16, from the standard's table of values. */
const KNOWN: [number, number][] = [
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x0001, 2 ** -24],
  [0x03ff, 2 ** -14 - 2 ** -24],
  [0x3555, 0.333251953125],
  [0x8000, -0],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
];

test('float16 values of the standard', () => {
  const values = float16ToFloat32(Uint16Array.from(KNOWN, ([bits]) => bits));
  expect([...values]).toEqual(KNOWN.map(([, value]) => value));
});

test('every float16 survives the way through float32', () => {
  const back = float32ToFloat16(float16ToFloat32(everyPattern));
  const isNaN16 = (bits: number) => (bits & 0x7fff) > 0x7c00;
  expect(everyPattern.filter((bits, i) => (isNaN16(bits) ? !isNaN16(back[i]!) : back[i] !== bits))).toEqual(
    new Uint16Array(0),
  );
});

test('halfway between two float16 rounds to the even one, anything else to the nearer', () => {
  const positive = float16ToFloat32(everyPattern.subarray(0, 0x7c00));
  const halfway = Float32Array.from(positive.subarray(1), (value, i) => (value + positive[i]!) / 2);
  const above = halfway.map((value) => value * (1 + 2 ** -23));
  const below = halfway.map((value) => value * (1 - 2 ** -23));
  const odd = (_: unknown, i: number) => i + (i % 2);
  expect(float32ToFloat16(halfway)).toEqual(Uint16Array.from(halfway, odd));
  expect(float32ToFloat16(above)).toEqual(Uint16Array.from(above, (_, i) => i + 1));
  expect(float32ToFloat16(below)).toEqual(Uint16Array.from(below, (_, i) => i));
});

test('what float16 cannot hold', () => {
  const bits = float32ToFloat16(Float32Array.of(65519, 65520, -1e30, 2 ** -26, Number.NaN));
  expect([...bits.subarray(0, 4)]).toEqual([0x7bff, 0x7c00, 0xfc00, 0]);
  expect(bits[4]! & 0x7fff).toBeGreaterThan(0x7c00);
});

test('bfloat16 is the upper half of a float32', () => {
  const values = bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001));
  expect([...values]).toEqual([1, -3.140625, Number.POSITIVE_INFINITY, 2 ** -133]);
});
