import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { parseSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import type { StateDict } from '../../src/tensor.ts';
import { fixture } from './fixtures.ts';

/** A file with the given header text and number of data bytes. */
function file(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** A header entry. */
function entry(name: string, shape: number[], begin: number, end: number, dtype = 'F32'): string {
  return `"${name}":${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
}

const dict: StateDict = new Map([
  ['z', { data: Float32Array.of(1, -2.5, 0.1, 4, 5, 6), dims: [2, 3] }],
  ['10', { data: Float32Array.of(7), dims: [] }],
  ['2', { data: new Float32Array(0), dims: [0, 4] }],
  ['é"\\', { data: Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY), dims: [2] }],
  ['__proto__', { data: Float32Array.of(9), dims: [1] }],
]);

describe('round trip', () => {
  test('keeps names, order, shapes and values, integer-like names included', () => {
    const { tensors, dtypes } = parseSafetensors(writeSafetensors(dict));
    expect([...tensors]).toEqual([...dict]);
    expect(new Set(dtypes.values())).toEqual(new Set(['float32']));
  });

  test('keeps metadata, on an object without a prototype', () => {
    const given = JSON.parse('{"architecture":"rcan","__proto__":"inert","zwei":"2"}');
    const { metadata } = parseSafetensors(writeSafetensors(dict, { metadata: given }));
    expect(Object.entries(metadata)).toEqual(Object.entries(given));
    expect(Object.getPrototypeOf(metadata)).toBeNull();
    expect(parseSafetensors(writeSafetensors(dict)).metadata).toEqual(Object.create(null));
  });

  test('aligns the data to 8 bytes', () => {
    for (let length = 1; length <= 8; length++) {
      const bytes = writeSafetensors(
        new Map([['n'.repeat(length), { data: Float32Array.of(1), dims: [1] }]]),
      );
      expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
    }
  });

  test('writes a view of a larger array as the view alone', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { tensors } = parseSafetensors(writeSafetensors(new Map([['v', { data, dims: [2] }]])));
    expect([...tensors.get('v')!.data]).toEqual([2, 3]);
  });

  test('float16 takes half the space and rounds', () => {
    const values = Float32Array.of(1, 0.1, -65504, 6e-8, Number.POSITIVE_INFINITY);
    const bytes = writeSafetensors(new Map([['h', { data: values, dims: [5] }]]), { dtype: 'float16' });
    const { tensors, dtypes } = parseSafetensors(bytes);
    expect(dtypes.get('h')).toBe('float16');
    const expected = [1, 0.0999755859375, -65504, 2 ** -24, Number.POSITIVE_INFINITY];
    expect([...tensors.get('h')!.data]).toEqual(expected);
  });

  test('prefixes and metadata come through openCheckpoint', () => {
    const wrapped: StateDict = new Map([['module.a', { data: Float32Array.of(1), dims: [1] }]]);
    const checkpoint = openCheckpoint(writeSafetensors(wrapped, { metadata: { scale: '4' } }));
    expect([...checkpoint.tensors.keys()]).toEqual(['a']);
    expect(checkpoint.metadata.scale).toBe('4');
    expect(checkpoint.wrapper).toEqual(['module.']);
  });
});

describe('writing refuses', () => {
  const one = (name: string, values: number[], dims: number[]): StateDict =>
    new Map([[name, { data: Float32Array.from(values), dims }]]);

  test.each<[string, StateDict, 'float32' | 'float16', string]>([
    ['a shape that disagrees', one('w', [1, 2], [3]), 'float32', 'tensor "w" to hold 3 elements'],
    ['a reserved name', one('__metadata__', [1], [1]), 'float32', 'reserved'],
    [
      'what float16 cannot hold',
      one('w', [1, 70000], [2]),
      'float16',
      'to fit float16 (at most 65504), found 70000',
    ],
  ])('%s', (_, tensors, dtype, message) => {
    expect(() => writeSafetensors(tensors, { dtype })).toThrow(InputError);
    expect(() => writeSafetensors(tensors, { dtype })).toThrow(message);
  });
});

test('the metadata of a file from elsewhere', () => {
  const { metadata } = parseSafetensors(fixture('mixed.safetensors'));
  expect(Object.entries(metadata)).toEqual([
    ['architecture', 'rcan'],
    ['__proto__', 'inert'],
  ]);
});

describe('reading refuses', () => {
  const whole = (...entries: string[]) => `{${entries.join(',')}}`;

  test.each<[string, Uint8Array, string]>([
    [
      'a hole',
      file(whole(entry('a', [1], 0, 4), entry('b', [1], 8, 12)), 12),
      '"b" to begin at byte 4 of the data, found 8',
    ],
    [
      'an overlap',
      file(whole(entry('a', [2], 0, 8), entry('b', [2], 4, 12)), 12),
      '"b" to begin at byte 8 of the data, found 4',
    ],
    ['a late start', file(whole(entry('a', [1], 4, 8)), 8), '"a" to begin at byte 0'],
    ['data left over', file(whole(entry('a', [1], 0, 4)), 5), 'expected 4 bytes of tensor data, found 5'],
    ['data missing', file(whole(entry('a', [2], 0, 8)), 7), 'expected 8 bytes of tensor data, found 7'],
    [
      'a shape that disagrees',
      file(whole(entry('a', [3], 0, 8)), 8),
      'to take 12 bytes, found offsets 0 to 8',
    ],
    ['offsets backwards', file(whole(entry('a', [1], 4, 0)), 4), 'found offsets 4 to 0'],
    ['2^40 elements', file(whole(entry('a', [2 ** 20, 2 ** 20], 0, 4)), 4), 'to take 4398046511104 bytes'],
    ['2^80 elements', file(whole(entry('a', [2 ** 40, 2 ** 40], 0, 4)), 4), 'less than 2^53 elements'],
    ['a negative size', file(whole(entry('a', [-1], 0, 4)), 4), 'expected a shape and two data_offsets'],
    ['a fraction', file(whole(entry('a', [0.5], 0, 2)), 2), 'expected a shape and two data_offsets'],
    [
      'three offsets',
      file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}', 4),
      'two data_offsets',
    ],
    ['an unknown type', file(whole(entry('a', [4], 0, 4, 'F8_E4M3')), 4), 'found "F8_E4M3"'],
    ['an inherited type', file(whole(entry('a', [4], 0, 4, 'toString')), 4), 'found "toString"'],
    ['no type', file('{"a":{}}', 0), 'found no dtype'],
    ['a list', file('{"a":[]}', 0), 'found no dtype'],
    [
      'a name twice',
      file(whole(entry('a', [1], 0, 4), entry('a', [1], 4, 8)), 8),
      'JSON key once, found "a" twice',
    ],
    [
      'an escaped name twice',
      file(whole(entry('a', [1], 0, 4), entry('\\u0061', [1], 4, 8)), 8),
      'found "a" twice',
    ],
    ['a field twice', file('{"a":{"dtype":"F32","dtype":"F16"}}', 0), 'found "dtype" twice'],
    ['metadata of numbers', file('{"__metadata__":{"scale":4}}', 0), 'text under __metadata__ "scale"'],
    ['metadata that is no object', file('{"__metadata__":[]}', 0), 'expected __metadata__ to be an object'],
    ['broken JSON', file('{"a":', 0), 'expected valid JSON at character 5'],
    ['a comma too many', file('{"a":{},}', 0), 'expected an element after ","'],
    ['no comma', file('{"a":1 "b":2}', 0), 'expected "," or "}"'],
    ['text behind the header', file('{} x', 0), 'expected the end of the JSON'],
    ['a control character in a name', file('{"a\nb":{}}', 0), 'expected a JSON string'],
    ['deep nesting', file(`{"a":${'['.repeat(50_000)}`, 0), 'nested at most 8 deep'],
    [
      'bytes that are not UTF-8',
      file('{"a":{}}', 0).map((byte, i) => (i === 10 ? 0xff : byte)),
      'header in UTF-8',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => openCheckpoint(bytes)).toThrow(InputError);
    expect(() => openCheckpoint(bytes)).toThrow(message);
  });

  test('a header longer than the file, or than any header', () => {
    const bytes = file('{}', 0);
    bytes[0] = 200;
    expect(() => parseSafetensors(bytes)).toThrow('ends early: expected 200 more bytes');
    bytes.set([0, 0, 0, 255, 0, 0, 0, 0]);
    expect(() => parseSafetensors(bytes)).toThrow('header of at most 100000000 bytes, found 4278190080');
    bytes.fill(255, 0, 8);
    expect(() => parseSafetensors(bytes)).toThrow("the header's length between 0");
  });

  test('a string of many escapes takes no stack', () => {
    const bytes = file(`{"${'\\n'.repeat(2_000_000)}":1}`, 0);
    expect(() => parseSafetensors(bytes)).toThrow(/^expected tensor "\\n.{200,240}found no dtype$/);
  });
});

test('space around the header is allowed', () => {
  expect(parseSafetensors(file(' \n{ } \t ', 0)).tensors.size).toBe(0);
});

test('what would give a file that cannot be read is not written', () => {
  const dict = new Map([['a', { dims: [1], data: Float32Array.of(1) }]]);
  const write = (options: object) => () => writeSafetensors(dict, options);
  expect(write({ dtype: 'bfloat16' })).toThrow(/^dtype: expected float32 or float16, found bfloat16$/);
  expect(write({ metadata: { epochs: 3 } })).toThrow(/^metadata "epochs": expected text, found number$/);
  const wide = { dims: [1], data: Float64Array.of(1) as unknown as Float32Array };
  expect(() => writeSafetensors(new Map([['b', wide]]))).toThrow(
    /^expected tensor "b" to be a Float32Array, found Float64Array$/,
  );
});
