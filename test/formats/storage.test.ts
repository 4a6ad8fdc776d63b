import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readView } from '../../src/formats/storage.ts';

const bytes = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);

test.each([
  ['the whole', 0, [2, 3], [3, 1], [0, 1, 2, 3, 4, 5]],
  ['a transposed view', 0, [3, 2], [1, 3], [0, 3, 1, 4, 2, 5]],
  ['every second', 1, [3], [2], [1, 3, 5]],
  ['a repeated element', 4, [2, 2], [0, 0], [4, 4, 4, 4]],
  ['a scalar', 5, [], [], [5]],
  ['sizes of one with any stride', 2, [1, 2, 1], [99, 1, 77], [2, 3]],
])('%s', (_, offset, size, stride, values) => {
  const { data, dims } = readView({ dtype: 'float32', offset, size, stride }, bytes);
  expect([...data]).toEqual(values);
  expect(dims).toEqual(size);
});

test('nothing is read for an empty view, wherever it is', () => {
  const view = { dtype: 'float32', offset: 6, size: [0, 2 ** 52], stride: [1, 1] } as const;
  expect(readView(view, bytes)).toEqual({ data: new Float32Array(0), dims: [0, 2 ** 52] });
});

test('a view is read from bytes at an odd address', () => {
  const shifted = new Uint8Array(25);
  shifted.set(bytes, 1);
  const view = { dtype: 'float32', offset: 1, size: [2, 2], stride: [1, 2] } as const;
  expect([...readView(view, shifted.subarray(1)).data]).toEqual([1, 3, 2, 4]);
});

test.each([
  [0, [7], [1]],
  [6, [1], [1]],
  [0, [3, 2], [2, 2]],
])('one element too far: offset %i, size %j, stride %j', (offset, size, stride) => {
  const read = () => readView({ dtype: 'float32', offset, size, stride }, bytes);
  expect(read).toThrow(InputError);
  expect(read).toThrow('expected a tensor within its storage of 6 elements');
});
