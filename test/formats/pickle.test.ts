import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { unpickle } from '../../src/formats/pickle.ts';
import type { PickleValue } from '../../src/formats/pickle-values.ts';
import { PickleWriter } from '../../src/formats/pickle-write.ts';
import { pickleOf } from './build.ts';

/** A pickle from opcodes as characters and numbers, with the protocol header and STOP added. */
function load(...parts: (string | number)[]): PickleValue {
  const codes = parts.flatMap((part) =>
    typeof part === 'number' ? [part] : [...part].map((char) => char.charCodeAt(0)),
  );
  return unpickle(Uint8Array.of(0x80, 2, ...codes, 0x2e)).value;
}

/** SHORT_BINUNICODE. */
function short(text: string): (string | number)[] {
  return [0x8c, text.length, text];
}

describe('values', () => {
  test.each<[string, (string | number)[], PickleValue]>([
    ['None', ['N'], null],
    ['True', [0x88], true],
    ['False', [0x89], false],
    ['BININT', ['J', 0xfe, 0xff, 0xff, 0xff], -2],
    ['BININT1', ['K', 255], 255],
    ['BININT2', ['M', 0x34, 0x12], 0x1234],
    ['LONG1 of no bytes', [0x8a, 0], 0],
    ['LONG1', [0x8a, 2, 0x00, 0x80], -32768],
    ['LONG1 beyond 2^53', [0x8a, 8, 1, 0, 0, 0, 0, 0, 0, 0x40], 2n ** 62n + 1n],
    ['LONG4', [0x8b, 1, 0, 0, 0, 0xff], -1],
    ['BINFLOAT', ['G', 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], Math.PI],
    ['BINUNICODE', ['X', 2, 0, 0, 0, 0xc3, 0xa9], 'é'],
    ['SHORT_BINUNICODE', short('ab'), 'ab'],
    ['BINUNICODE8', [0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 'x'], 'x'],
    ['SHORT_BINSTRING', ['U', 2, 0xe9, 'b'], 'éb'],
    ['BINSTRING', ['T', 1, 0, 0, 0, 'z'], 'z'],
    ['SHORT_BINBYTES', ['C', 2, 1, 2], Uint8Array.of(1, 2)],
    ['BINBYTES', ['B', 1, 0, 0, 0, 9], Uint8Array.of(9)],
    ['a frame', [0x95, ...new Array(8).fill(0), 'N'], null],
    ['APPEND and APPENDS', [']K', 1, 'a(K', 2, 'K', 3, 'e'], [1, 2, 3]],
    ['a set', [0x8f, '(K', 1, 'K', 2, 0x90], [1, 2]],
    [
      'TUPLE1 to TUPLE3 and TUPLE',
      ['N', 0x85, 'N', 0x86, 'N', 'N', 0x87, '(', 'N', 't', 0x86, '0', 'N'],
      null,
    ],
    [
      'SETITEM and SETITEMS',
      ['}', 'K', 1, 'N', 's(K', 2, 0x88, 'K', 1, 0x89, 'u'],
      new Map([
        [1, false],
        [2, true],
      ]),
    ],
    ['memo', [...short('a'), 'q', 7, '0', 'h', 7], 'a'],
    ['long memo', [...short('a'), 'r', 255, 255, 255, 255, '0', 'j', 255, 255, 255, 255], 'a'],
    ['MEMOIZE', ['N', 0x94, 0x88, 0x94, '00h', 1], true],
  ])('%s', (_, program, value) => {
    expect(load(...program)).toEqual(value);
  });

  test("Python 2's OrderedDict of pairs, with the state that a state dict carries", () => {
    const list = [']', '(]', ...short('a'), 'aK', 1, 'a]', ...short('b'), 'aK', 2, 'ae'];
    const program = ['ccollections\nOrderedDict\n', ...list, 0x85, 'R}', ...short('_metadata'), '}sb'];
    expect(load(...program)).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });

  test('numpy scalars become plain numbers', () => {
    const dtype = (code: string) => [
      'cnumpy\ndtype\n',
      ...short(code),
      0x89,
      0x88,
      0x87,
      'R(K',
      3,
      ...short('<'),
      'NNtb',
    ];
    const payload = ['c_codecs\nencode\n', 'X', 4, 0, 0, 0, 0, 0, 'A', 'A'];
    const program = [
      'cnumpy.core.multiarray\nscalar\n',
      ...dtype('f4'),
      ...payload,
      ...short('latin1'),
      0x86,
      'R',
      0x86,
      'R',
    ];
    expect(load(...program)).toBe(12.0625);
  });

  test('the end of the pickle is reported, so that more can follow', () => {
    const bytes = Uint8Array.of(99, 0x80, 2, 0x4b, 5, 0x2e, 1, 2);
    expect(unpickle(bytes, 1)).toEqual({ value: 5, end: 6 });
  });
});

describe('refusals', () => {
  test.each<[string, (string | number)[], RegExp]>([
    ['an unknown global', ['cos\nsystem\n'], /refers to "os\.system"/],
    ['one on the stack', [...short('builtins'), ...short('eval'), 0x93], /refers to "builtins\.eval"/],
    [
      'a dotted name',
      [...short('torch'), ...short('_utils._rebuild_tensor_v2'), 0x93],
      /refers to "torch\._utils/,
    ],
    ['an inherited name', ['c__proto__\nconstructor\n'], /refers to "__proto__\.constructor"/],
    ['a name with escapes', ['ca\x1b[31m\nb\n'], /refers to "a\\u001b\[31m\.b"/],
    ['a call of a storage class', ['ctorch\nFloatStorage\n)R'], /found a call of a global/],
    ['a call of a string', [...short('eval'), ')R'], /found a call of a string/],
    ['NEWOBJ of a storage class', ['ctorch\nFloatStorage\n)', 0x81], /found a call of a global/],
    ['too many arguments', ['ccollections\nOrderedDict\n', 'NN', 0x86, 'R'], /expected 0 to 1 arguments/],
    ['BUILD on a list', [']}b'], /found it for a list/],
    ['BUILD on a global', ['ctorch._utils\n_rebuild_tensor_v2\n}b'], /found it for a global/],
    [
      'a tensor of no storage',
      ['ctorch._utils\n_rebuild_tensor\n(NK', 0, '))tR'],
      /expected a tensor's storage, found None/,
    ],
    [
      'encoding other than latin-1',
      ['c_codecs\nencode\n', ...short('a'), ...short('utf-8'), 0x86, 'R'],
      /latin-1 bytes/,
    ],
    [
      'encoding of much',
      ['c_codecs\nencode\n', ...short('a'.repeat(99)), ...short('latin1'), 0x86, 'R'],
      /latin-1 bytes/,
    ],
    ['numpy objects', ['cnumpy\ndtype\n', ...short('O8'), 0x85, 'R'], /plain numeric numpy dtype/],
    [
      'big-endian numpy scalars',
      ['cnumpy\ndtype\n', ...short('f8'), 0x85, 'R(K', 3, ...short('>'), 'tb'],
      /a little-endian numpy dtype/,
    ],
    ['a big-endian dtype code', ['cnumpy\ndtype\n', ...short('>f8'), 0x85, 'R'], /plain numeric numpy dtype/],
    ['an inherited dtype', ['cnumpy\ndtype\n', ...short('toString'), 0x85, 'R'], /plain numeric numpy dtype/],
    ['INST', ['(ios\nsystem\n'], /opcode 0x69/],
    ['OBJ', ['(o'], /opcode 0x6f/],
    ['PERSID', ['P0\n'], /opcode 0x50/],
    ['EXT1', [0x82, 1], /opcode 0x82/],
    ['a text integer', ['I1\n'], /opcode 0x49/],
    ['an unwanted storage', ['NQ'], /expected no storage in this pickle/],
    ['a huge integer', [0x8b, 0, 0, 0, 0x10], /at most 16 bytes in the pickle, found 268435456/],
    ['a negative length', [0x8b, 255, 255, 255, 255], /at most 16 bytes in the pickle, found -1/],
    ['a negative string', ['T', 255, 255, 255, 255], /length of a string, found -1/],
    ['a huge string', ['X', 255, 255, 255, 255], /ends early: expected 4294967295 more bytes/],
    ['an 8-byte length', [0x8d, 255, 255, 255, 255, 255, 255, 255, 255], /length of a string between 0/],
    ['bytes that are not UTF-8', ['X', 1, 0, 0, 0, 0xff], /UTF-8/],
    ['an empty stack', ['0'], /1 values on the pickle stack, found 0/],
    ['reaching below a mark', ['N(', 0x85], /1 values on the pickle stack, found 0/],
    ['a missing mark', ['Nt'], /expected a mark/],
    ['an empty memo', ['h', 3], /pickle memo 3/],
    ['a dict with half an item', ['}(Nu'], /keys and values/],
    ['items for a list', [']NNs'], /keys and values/],
    ['appending to a dict', ['}Na'], /expected a list in the pickle, found a dictionary/],
  ])('%s', (_, program, message) => {
    expect(() => load(...program)).toThrow(InputError);
    expect(() => load(...program)).toThrow(message);
  });

  test.each([0, 1, 6])('protocol %i', (version) => {
    expect(() => unpickle(Uint8Array.of(0x80, version, 0x4e, 0x2e))).toThrow(`found ${version}`);
  });

  test('a pickle that never stops', () => {
    expect(() => unpickle(Uint8Array.of(0x80, 2, 0x4e))).toThrow(/ends early/);
  });
});

describe('bombs', () => {
  test('deep nesting costs no recursion', () => {
    const depth = 200_000;
    const bytes = new Uint8Array(depth + 4).fill(0x85);
    bytes.set([0x80, 2, 0x29]);
    bytes[depth + 3] = 0x2e;
    expect(unpickle(bytes).value).toMatchObject({ kind: 'tuple' });
  });

  test.each([
    ['stack', 0x4e],
    ['stack', 0x28],
    ['containers', 0x7d],
  ])('too many %s (opcode %i)', (limit, opcode) => {
    const bytes = new Uint8Array(2 ** 20 + 8).fill(opcode);
    bytes.set([0x80, 2]);
    expect(() => unpickle(bytes)).toThrow(`of at most 1048576 ${limit}`);
  });

  test('too many containers that do not stay on the stack', () => {
    const bytes = new Uint8Array(2 ** 21 + 8).map((_, index) => (index % 2 ? 0x30 : 0x7d));
    bytes.set([0x80, 2]);
    expect(() => unpickle(bytes)).toThrow('of at most 1048576 containers');
  });

  test('too many operations', () => {
    const bytes = new Uint8Array(2 ** 22 + 8).map((_, index) => (index % 2 ? 0x30 : 0x4e));
    bytes.set([0x80, 2]);
    expect(() => unpickle(bytes)).toThrow('of at most 4194304 operations');
  });

  test('a long list copied into dicts again and again', () => {
    const pickle = new PickleWriter().bytes([0x5d, 0x71, 0, 0x28]);
    for (let i = 0; i < 2000; i++) pickle.bytes([0x4b, 1, 0x4b, 2, 0x86]);
    pickle.bytes([0x65, 0x30]);
    for (let i = 0; i < 600; i++)
      pickle.global('collections', 'OrderedDict').bytes([0x68, 0, 0x85, 0x52, 0x30]);
    const bytes = pickle.bytes([0x4e]).stop();
    expect(() => unpickle(bytes)).toThrow('of at most 1048576 copied pairs');
  });
});

test('__proto__ and constructor are keys like any other', () => {
  const bytes = pickleOf((pickle) => {
    pickle.bytes([0x7d]);
    for (const key of ['__proto__', 'constructor']) pickle.string(key).bytes([0x7d]).text('').bytes([0x73]);
    return pickle;
  });
  expect(unpickle(bytes).value).toEqual(
    new Map([
      ['__proto__', new Map()],
      ['constructor', new Map()],
    ]),
  );
  expect(({} as Record<string, unknown>).constructor).toBe(Object);
});
