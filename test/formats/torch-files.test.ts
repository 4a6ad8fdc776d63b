import { zipSync } from 'fflate';
import { createTar } from 'nanotar';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { claimTensor, dictOf, FOUR, legacyFile, pickleOf, type TensorClaim, zipFile } from './build.ts';
import { fixture } from './fixtures.ts';

function expectRefused(bytes: Uint8Array, message: string | RegExp): void {
  expect(() => openCheckpoint(bytes)).toThrow(InputError);
  expect(() => openCheckpoint(bytes)).toThrow(message);
}

const good = pickleOf(dictOf({}));
const text = (value: string) => new TextEncoder().encode(value);

test('the hand-made files that the other tests break are good', () => {
  const expected = new Map([['w', { data: Float32Array.of(1, 2, 3, 4), dims: [4] }]]);
  expect(openCheckpoint(zipFile(good)).tensors).toEqual(expected);
  expect(openCheckpoint(zipFile(good, {}, 6)).tensors).toEqual(expected);
  expect(openCheckpoint(legacyFile(pickleOf(dictOf({ legacy: true })))).tensors).toEqual(expected);
});

describe('tensors that cannot be', () => {
  test.each<[string, TensorClaim, RegExp]>([
    ['2^40 elements', { size: [2 ** 20, 2 ** 20], stride: [2 ** 20, 1] }, /within its storage of 4 elements/],
    [
      '2^40 elements in a matching storage',
      { count: 2 ** 40, size: [2 ** 40] },
      /1099511627776|found 16 bytes/,
    ],
    ['2^40 elements by repetition', { size: [2 ** 40], stride: [0] }, /views repeat their data too often/],
    ['2^80 elements by repetition', { size: [2 ** 40, 2 ** 40], stride: [0, 0] }, /less than 2\^53 elements/],
    ['strides that overflow', { size: [2 ** 50, 3], stride: [2 ** 52, 2 ** 52] }, /within its storage of 4/],
    ['a negative size', { size: [-4] }, /a tensor's size between 0 and 2\^53 - 1, found -4/],
    ['a negative stride', { stride: [-1] }, /a tensor's stride between 0 and/],
    ['a negative offset', { offset: -1 }, /a tensor's storage offset between 0 and/],
    ['a negative storage', { count: -4 }, /a storage's size between 0 and/],
    ['an offset too far', { offset: 1 }, /at offset 1/],
    ['a size above 2^53', { size: [2 ** 60] }, /found 1152921504606846976/],
    ['a stride too few', { size: [2, 2], stride: [1] }, /one stride per dimension, found 1 for 2/],
    ['65 dimensions', { size: new Array(65).fill(1), stride: new Array(65).fill(1) }, /at most 64 integers/],
  ])('%s', (_, claim, message) => {
    expectRefused(zipFile(pickleOf(dictOf(claim))), message);
    expectRefused(legacyFile(pickleOf(dictOf({ ...claim, legacy: true }))), message);
  });

  test('complex numbers, naming the tensor', () => {
    const claim = { type: 'ComplexFloat', count: 2, size: [2] };
    expectRefused(
      zipFile(pickleOf(dictOf(claim))),
      'tensor "w": expected real numbers, found dtype complex64',
    );
  });

  test('many tensors that each repeat a storage', () => {
    const pickle = pickleOf((writer) => {
      writer.bytes([0x7d]);
      for (let i = 0; i < 11; i++) {
        claimTensor(writer.string(`w${i}`), { size: [100_000], stride: [0] }).bytes([0x73]);
      }
      return writer;
    });
    expectRefused(zipFile(pickle), 'at most 1048592 elements on storages of 4, found 1100000');
  });

  test('an expanded tensor of a sensible size is read', () => {
    const { tensors } = openCheckpoint(zipFile(pickleOf(dictOf({ size: [2, 3], stride: [0, 1] }))));
    expect([...tensors.get('w')!.data]).toEqual([1, 2, 3, 1, 2, 3]);
  });
});

describe('zip archives', () => {
  const bomb = new Uint8Array(2 ** 20);

  test.each<[string, Uint8Array, string | RegExp]>([
    ['no pickle', zipSync({ 'a/readme.txt': FOUR }), 'found a zip archive of "a/readme.txt"'],
    ['two pickles', zipSync({ 'a/data.pkl': good, 'b/data.pkl': good }), 'found "a/data.pkl", "b/data.pkl"'],
    ['TorchScript', zipFile(good, { 'archive/constants.pkl': good }), 'found a TorchScript program'],
    ['big-endian', zipFile(good, { 'archive/byteorder': text('big') }), 'little-endian data, found "big"'],
    ['an unknown byte order', zipFile(good, { 'archive/byteorder': text('pdp\n') }), 'found "pdp\\n"'],
    ['a long byte order', zipFile(good, { 'archive/byteorder': bomb }), 'found a longer text'],
    ['a missing storage', zipFile(pickleOf(dictOf({ key: '1' }))), 'expected zip entry "data/1", found none'],
    ['a path as key', zipFile(pickleOf(dictOf({ key: '../data/0' }))), 'storage key of letters and digits'],
    ['a short storage', zipFile(pickleOf(dictOf({ count: 5 }))), 'of 5 float32, found 16 bytes'],
    ['another type', zipFile(pickleOf(dictOf({ type: 'Double' }))), 'of 4 float64, found 16 bytes'],
  ])('%s', (_, bytes, message) => expectRefused(bytes, message));

  test('the folder named tensors of torch 1.4 is found', () => {
    const bytes = zipSync({ 'm/data.pkl': good, 'm/tensors/0': FOUR, 'm/byteorder': text('little\n') });
    expect(openCheckpoint(bytes).tensors.get('w')?.data[3]).toBe(4);
  });

  /** Overwrites a 32-bit field of the central directory entry of a file; fields count from its signature. */
  function forge(bytes: Uint8Array, name: string, field: number, value: number): Uint8Array {
    const forged = bytes.slice();
    const view = new DataView(forged.buffer);
    for (let at = 0; at + 46 < bytes.length; at++) {
      const found = view.getUint32(at, true) === 0x02014b50;
      const here = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name.length));
      if (found && here === name) view.setUint32(at + field, value, true);
    }
    expect(forged).not.toEqual(bytes);
    return forged;
  }

  const PACKED = 20;
  const UNPACKED = 24;
  const OFFSET = 42;

  test.each<[string, Uint8Array, string | RegExp]>([
    [
      'stored, larger than packed',
      forge(zipFile(good), 'archive/data.pkl', UNPACKED, 2 ** 25),
      '33554432 unpacked',
    ],
    [
      'deflated beyond what deflate can do',
      forge(zipFile(good, {}, 6), 'archive/data.pkl', UNPACKED, 2 ** 25),
      '33554432 unpacked',
    ],
    [
      'a pickle of 4 GB',
      forge(zipFile(good), 'archive/data.pkl', UNPACKED, 2 ** 32 - 2),
      'data.pkl of at most 67108864 bytes',
    ],
    [
      'an entry larger than the file',
      forge(zipFile(good), 'archive/data.pkl', PACKED, 2 ** 25),
      /33554432 bytes packed/,
    ],
    [
      'an entry outside the file',
      forge(zipFile(good), 'archive/data/0', OFFSET, 2 ** 25),
      'of 16 bytes, found 0',
    ],
    ['an unknown method', forge(zipFile(good), 'archive/data/0', 10, 99), 'found method 99'],
  ])('%s', (_, bytes, message) => expectRefused(bytes, message));

  test('a storage of more bytes than a file of that size may hold', () => {
    // As if deflated as well as deflate can; nothing of it is there.
    const pickle = pickleOf(dictOf({ type: 'Byte', count: 2 ** 29 }));
    const stored = zipFile(pickle, { 'archive/data/0': new Uint8Array(2 ** 19 + 2 ** 14) });
    const deflated = forge(stored, 'archive/data/0', 10, 8);
    expectRefused(
      forge(deflated, 'archive/data/0', UNPACKED, 2 ** 29),
      /zip entries of at most 27\d{7} bytes unpacked in a file of .*, found 536870912/,
    );
  });

  test('a deflated storage that becomes too large as float32', () => {
    const count = 17 * 2 ** 20;
    const pickle = pickleOf(dictOf({ type: 'Byte', count, size: [4, count], stride: [0, 1] }));
    expectRefused(
      zipFile(pickle, { 'archive/data/0': new Uint8Array(count) }, 6),
      /tensors of at most 26\d{7} bytes as float32 in a file of .*, found 285212672/,
    );
  });

  test('moderate zeros that deflate packs into next to nothing are read', () => {
    const zeros = new Uint8Array(2 ** 24);
    const pickle = pickleOf(dictOf({ count: 2 ** 22, size: [2 ** 22] }));
    const { tensors } = openCheckpoint(zipFile(pickle, { 'archive/data/0': zeros }, 6));
    expect(tensors.get('w')?.data).toHaveLength(2 ** 22);
  });

  test('a deflated entry that unpacks to less than it claims', () => {
    const bytes = zipFile(good, {}, 6);
    expectRefused(
      forge(bytes, 'archive/data.pkl', UNPACKED, good.length + 100),
      /expected zip entry|ends early/,
    );
  });

  test('entries that share their bytes, which would multiply a small file', () => {
    const pickle = pickleOf((writer) => {
      claimTensor(writer.bytes([0x7d]).string('a'), { count: 1000 }).bytes([0x73]);
      return claimTensor(writer.string('b'), { count: 1000, key: '1' }).bytes([0x73]);
    });
    const large = new Uint8Array(4000);
    const bytes = zipFile(pickle, { 'archive/data/0': large, 'archive/data/1': FOUR });
    const shared = [PACKED, UNPACKED].reduce(
      (file, field) => forge(file, 'archive/data/1', field, 4000),
      bytes,
    );
    expectRefused(shared, `within the file's ${bytes.length} bytes, found 8000 in all`);
  });

  test('the same name twice', () => {
    const bytes = zipFile(good, { 'archive/data/1': FOUR });
    const renamed = bytes.map((byte, at) =>
      byte === 0x31 && new TextDecoder().decode(bytes.subarray(at - 5, at)) === 'data/' ? 0x30 : byte,
    );
    expectRefused(renamed, 'found "archive/data/0" twice');
  });

  test('garbage in place of the directory', () => {
    const bytes = zipFile(good);
    expectRefused(bytes.subarray(0, bytes.length - 1), 'complete zip archive');
  });
});

describe('legacy streams', () => {
  const pickle = (claim: TensorClaim = {}) => pickleOf(dictOf({ ...claim, legacy: true }));

  test.each<[string, Uint8Array, string | RegExp]>([
    ['a count that disagrees', legacyFile(pickle(), 5), 'storage "0" to hold 4 elements, found 5'],
    ['a negative count', legacyFile(pickle(), -1), /a storage's size between 0 and/],
    [
      'a storage larger than the file',
      legacyFile(pickle({ count: 2 ** 40 }), 2 ** 40),
      'expected 4398046511104 more bytes',
    ],
    ['a key that is not in use', legacyFile(pickle(), 4, ['1']), 'storage key once and in use, found "1"'],
    ['a key twice', legacyFile(pickle(), 4, ['0', '0']), 'storage key once and in use, found "0"'],
    ['no keys', legacyFile(pickle(), 4, []), 'expected storage "0" in the file, found none'],
  ])('%s', (_, bytes, message) => expectRefused(bytes, message));

  test('a view of a part of a storage holds its tensor, and the storage the view', () => {
    const part: TensorClaim = { legacy: true, view: [1, 2], size: [2] };
    const { tensors } = openCheckpoint(legacyFile(pickleOf(dictOf(part))));
    expect([...tensors.get('w')!.data]).toEqual([2, 3]);
    const long = pickleOf(dictOf({ ...part, size: [3] }));
    expectRefused(legacyFile(long), 'within its storage of 2 elements');
    const outside = pickleOf(dictOf({ ...part, view: [3, 2] }));
    expectRefused(legacyFile(outside), 'a view within storage "0" of 4 elements, found 2 at 3');
  });

  test('a whole module by its persistent id', () => {
    const bytes = legacyFile(
      pickleOf((writer) =>
        writer.mark().string('module').string('class').string('').string('').tuple().bytes([0x51]),
      ),
    );
    expectRefused(bytes, 'found a whole pickled module');
  });

  test('the same storage with two sizes', () => {
    const bytes = legacyFile(
      pickleOf((writer) => {
        claimTensor(writer.bytes([0x7d]).string('a'), { legacy: true }).bytes([0x73]);
        return claimTensor(writer.string('b'), { legacy: true, type: 'Int' }).bytes([0x73]);
      }),
    );
    expectRefused(bytes, 'expected storage "0" to be 4 float32 everywhere, found 4 int32');
  });

  test('a big-endian machine', () => {
    const bytes = fixture('tiny-legacy.pt');
    const at = bytes.findIndex((byte, index) => byte === 0x88 && index > 0x20);
    bytes[at] = 0x89;
    expectRefused(bytes, 'found a big-endian one');
  });

  test('another protocol', () => {
    const bytes = fixture('tiny-legacy.pt');
    bytes[0x12] = 0xe8;
    expectRefused(bytes, 'serialization protocol 1001, found 1000');
  });
});

describe('tar archives', () => {
  const tar = fixture('old.tar');

  test.each<[string, number, string]>([
    ['a negative size', 124, '-0000002000\0'],
    ['a size beyond the file', 124, '77777777777\0'],
    ['a size that is no number', 124, 'abcdefghijk\0'],
    ['a link', 156, '2'],
    ['a long name', 156, 'L'],
  ])('%s', (_, at, value) => {
    const bytes = tar.slice();
    bytes.set(text(value), at);
    expectRefused(bytes, 'expected a plain file that fits at offset 0');
  });

  test('missing members', () => {
    expectRefused(
      createTar([{ name: 'sys_info', data: FOUR }]),
      'expected "storages" in the tar archive, found none',
    );
  });
});

describe('state dicts inside other things', () => {
  /** A dict of named scripts. */
  const dict = (entries: Record<string, (writer: Parameters<typeof claimTensor>[0]) => unknown>) => {
    return pickleOf((writer) => {
      writer.bytes([0x7d]);
      for (const [key, script] of Object.entries(entries)) {
        script(writer.string(key));
        writer.bytes([0x73]);
      }
      return writer;
    });
  };
  const one = dictOf({});

  test.each(['model_state_dict', 'state_dict', 'params_ema', 'params-ema', 'params', 'model', 'net'])(
    '%s',
    (key) => {
      const { tensors, wrapper } = openCheckpoint(zipFile(dict({ [key]: one, iter: (w) => w.integer(5) })));
      expect([...tensors.keys()]).toEqual(['w']);
      expect(wrapper).toEqual([key]);
    },
  );

  test('wrappers in wrappers, and the averaged weights before the last', () => {
    const inner = (writer: Parameters<typeof claimTensor>[0]) => {
      writer.bytes([0x7d]);
      one(writer.string('params')).bytes([0x73]);
      return one(writer.string('params_ema')).bytes([0x73]);
    };
    expect(openCheckpoint(zipFile(dict({ model: inner }))).wrapper).toEqual(['model', 'params_ema']);
  });

  test('an empty averaged dict does not hide the weights', () => {
    const file = zipFile(dict({ params_ema: (w) => w.bytes([0x7d]), params: one }));
    expect(openCheckpoint(file).wrapper).toEqual(['params']);
  });

  test('prefixes go where every key has them', () => {
    const all = zipFile(dict({ 'module.netG.a': claimTensor, 'module.netG.b': claimTensor }));
    expect([...openCheckpoint(all).tensors.keys()]).toEqual(['a', 'b']);
    expect([...openCheckpoint(all).dtypes.keys()]).toEqual(['a', 'b']);
    expect(openCheckpoint(all).wrapper).toEqual(['module.', 'netG.']);
    const some = zipFile(dict({ 'module.a': claimTensor, b: claimTensor }));
    expect([...openCheckpoint(some).tensors.keys()]).toEqual(['module.a', 'b']);
  });

  test('a value that is no tensor is skipped with a warning', () => {
    const { tensors, warnings } = openCheckpoint(
      zipFile(dict({ w: claimTensor, epoch: (w) => w.integer(3) })),
    );
    expect([...tensors.keys()]).toEqual(['w']);
    expect(warnings).toEqual(['skipped what is not a named tensor: "epoch"']);
  });

  test('tensors under an unknown key are not dropped silently', () => {
    const file = zipFile(dict({ generator: one, psnr: claimTensor }));
    expectRefused(file, 'found the keys "generator", "psnr"');
  });

  test('an empty dict', () => expectRefused(zipFile(dict({})), 'found an empty dictionary'));

  test('a dict that contains itself', () => {
    const file = zipFile(pickleOf((w) => w.bytes([0x7d, 0x71, 0]).string('model').bytes([0x68, 0, 0x73])));
    expectRefused(file, 'dictionaries nested under "model", "model"');
  });

  test('keys named like object internals are names', () => {
    const { tensors, dtypes } = openCheckpoint(
      zipFile(dict({ ['__proto__']: claimTensor, constructor: claimTensor })),
    );
    expect([...tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(dtypes.get('__proto__')).toBe('float32');
    expect(Object.prototype).not.toHaveProperty('data');
  });
});
