import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { writeTorch } from '../../src/formats/torch-write.ts';
import type { StateDict } from '../../src/tensor.ts';

/** Eleven tensors and more, so that the order of the keys "0", "1", "10", "2"… matters. */
const dict: StateDict = new Map([
  ['body.0.weight', { data: Float32Array.from({ length: 24 }, (_, i) => i / 7), dims: [2, 3, 4] }],
  ['scalar', { data: Float32Array.of(-1.5), dims: [] }],
  ['empty', { data: new Float32Array(0), dims: [0, 3] }],
  ['ü', { data: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY), dims: [2] }],
  ['long', { data: new Float32Array(400).fill(3), dims: [400] }],
  ...Array.from({ length: 9 }, (_, i): [string, { data: Float32Array; dims: number[] }] => [
    `n${i}`,
    { data: Float32Array.of(i), dims: [1] },
  ]),
]);

describe.each(['zip', 'legacy'] as const)('%s', (container) => {
  test('round trip', () => {
    const checkpoint = openCheckpoint(writeTorch(dict, { container }));
    expect([...checkpoint.tensors]).toEqual([...dict]);
    expect(checkpoint.container).toBe(`torch-${container}`);
    expect(checkpoint.warnings).toEqual([]);
  });

  test('the same weights give the same bytes', () => {
    const [first, second] = [dict, new Map(dict)].map((weights) => writeTorch(weights, { container }));
    expect(Buffer.compare(first!, second!)).toBe(0);
  });

  test('a view of a larger array is written as the view alone', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { tensors } = openCheckpoint(writeTorch(new Map([['v', { data, dims: [2] }]]), { container }));
    expect([...tensors.get('v')!.data]).toEqual([2, 3]);
  });

  test('a shape that disagrees with the data is refused', () => {
    const wrong: StateDict = new Map([['w', { data: new Float32Array(2), dims: [3] }]]);
    expect(() => writeTorch(wrong, { container })).toThrow(InputError);
    expect(() => writeTorch(wrong, { container })).toThrow(
      'tensor "w" to hold 3 elements for shape [3], found 2',
    );
  });
});

test('a zip keeps text beside the tensors, and adds nothing without', () => {
  const metadata = { 'sisr.options': '{"scale":2}', ünïcode: '×', __proto: '' };
  const {
    tensors,
    metadata: read,
    warnings,
  } = openCheckpoint(writeTorch(dict, { container: 'zip', metadata }));
  expect([...tensors]).toEqual([...dict]);
  expect({ ...read }).toEqual(metadata);
  expect(Object.getPrototypeOf(read)).toBeNull();
  expect(warnings).toEqual([]);
  const none = openCheckpoint(writeTorch(dict, { container: 'zip' })).metadata;
  expect(none).toEqual(Object.create(null));
});

test('text of more than a megabyte is passed over, and said', () => {
  const metadata = { a: 'x'.repeat(2 ** 19), b: 'y'.repeat(2 ** 19 + 1) };
  const checkpoint = openCheckpoint(writeTorch(dict, { container: 'zip', metadata }));
  expect([...checkpoint.tensors]).toEqual([...dict]);
  expect(checkpoint.metadata).toEqual(Object.create(null));
  expect(checkpoint.warnings).toEqual(['skipped 1048577 bytes under "archive/extra/"']);
});

test('storages in the zip begin at multiples of 64 bytes', () => {
  const bytes = writeTorch(dict, { container: 'zip' });
  const view = new DataView(bytes.buffer);
  let files = 0;
  for (let at = 0; view.getUint32(at, true) === 0x04034b50; files++) {
    const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    expect(start % 64).toBe(0);
    at = start + view.getUint32(at + 18, true);
  }
  expect(files).toBe(dict.size + 3);
});

test('a container that there is not is refused', () => {
  const container = 'Zip' as 'zip';
  expect(() => writeTorch(dict, { container })).toThrow(/^container: expected zip or legacy, found Zip$/);
});
