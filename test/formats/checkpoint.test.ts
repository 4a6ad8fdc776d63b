import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint, readCheckpoint } from '../../src/formats/checkpoint.ts';
import { describeShared, shared } from '../shared.ts';
import { expectedFiles, expectedTensors, fixture } from './fixtures.ts';
import { openHostile } from './mutate.ts';

function open(name: string) {
  return () => openCheckpoint(fixture(name));
}

describe.each(Object.entries(expectedFiles))('%s', (name, expected) => {
  const checkpoint = openCheckpoint(fixture(name));

  test('holds what PyTorch put in it, in order', () => {
    const tensors = expectedTensors(expected);
    expect([...checkpoint.tensors.keys()]).toEqual([...tensors.keys()]);
    for (const [key, tensor] of tensors) expect(checkpoint.tensors.get(key), key).toEqual(tensor);
  });

  test('tells its container, types and wrapper', () => {
    expect(checkpoint.container).toBe(expected.container);
    expect([...checkpoint.dtypes]).toEqual(expected.tensors.map(([key, { dtype }]) => [key, dtype]));
    expect(checkpoint.wrapper).toEqual(expected.wrapper);
    expect(checkpoint.warnings).toEqual([]);
  });
});

test('every readable fixture has its expectation', () => {
  expect(Object.keys(expectedFiles)).toHaveLength(16);
});

test('tensors that share a storage do not share memory', () => {
  const { tensors } = openCheckpoint(fixture('views-zip.pth'));
  tensors.get('base')!.data.fill(-1);
  expect(tensors.get('row')!.data[0]).toBe(12);
});

test("a view into a larger buffer and Node's Buffer are read like a file of their own", () => {
  for (const name of ['network-zip.pth', 'network-legacy.pt', 'old.tar', 'mixed.safetensors']) {
    const bytes = fixture(name);
    const padded = Buffer.alloc(bytes.length + 20, 0xee);
    padded.set(bytes, 7);
    const inside = padded.subarray(7, 7 + bytes.length);
    const tensors = readCheckpoint(inside);
    expect(tensors).toEqual(readCheckpoint(bytes));
    inside.fill(0);
    expect(tensors, `${name} keeps no reference to the file`).toEqual(readCheckpoint(bytes));
  }
});

test('trailing bytes in a legacy stream are a warning', () => {
  const bytes = fixture('network-legacy.pt');
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes);
  const { tensors, warnings } = openCheckpoint(longer);
  expect(tensors).toEqual(readCheckpoint(bytes));
  expect(warnings).toEqual(['ignored 3 bytes after the last storage']);
});

describe('files that are not state dicts', () => {
  test.each([
    ['whole-module-zip.pth', /refers to "torch\.nn\.modules\.activation\.ReLU"; save model\.state_dict\(\)/],
    ['whole-module-legacy.pt', /refers to "torch\.nn\.modules\.activation\.ReLU"/],
    ['torchscript.pt', /found a TorchScript program/],
    ['bare-tensor.pt', /^expected a state dict of named tensors, found a tensor$/],
    ['evil.pth', /refers to "posix\.system"/],
    ['optimizer.pt', /found the keys "state", "param_groups" \(an optimizer state\)$/],
  ])('%s', (name, message) => {
    expect(open(name)).toThrow(InputError);
    expect(open(name)).toThrow(message);
  });

  const text = (value: string) => new TextEncoder().encode(value);
  test.each([
    ['nothing', new Uint8Array(0), 'an empty file'],
    ['text', text('7767517\n75 83\nInput data 0 1 data\n'), 'a text file'],
    ['a page', text('\n<!DOCTYPE html><html>'), 'a web page'],
    ['an LFS pointer', text('version https://git-lfs.github.com/spec/v1\n'), 'a Git LFS pointer'],
    ['HDF5', Uint8Array.of(0x89, ...text('HDF\r\n'), 0x1a, 10), 'an HDF5 file'],
    ['PNG', Uint8Array.of(0x89, ...text('PNG\r\n'), 0x1a, 10), 'a picture'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'a gzip file'],
    ['a plain pickle', Uint8Array.of(0x80, 2, 0x7d, 0x2e), 'a Python pickle that torch.save did not write'],
    ['an empty zip', Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18)), 'a zip archive without entries'],
    ['noise', Uint8Array.of(200, 1, 2, 3), 'unknown data of 4 bytes'],
  ])('%s is named', (_, bytes, found) => {
    const expected = `expected PyTorch weights (.pt, .pth), safetensors or an ONNX model, found ${found}`;
    expect(() => openCheckpoint(bytes)).toThrow(InputError);
    expect(() => openCheckpoint(bytes)).toThrow(expected);
  });
});

/** The worked example of the format's description: 488 bytes, two tensors on one storage. */
describe.each(['tiny-legacy.pt', 'tiny-zip.pth'])('the worked example %s', (name) => {
  test('holds its two tensors', () => {
    expect([...readCheckpoint(fixture(name))]).toEqual([
      ['a.weight', { data: Float32Array.of(1, 2, 3, 4), dims: [2, 2] }],
      ['a.bias', { data: Float32Array.of(5, 6), dims: [2] }],
    ]);
  });

  test('is refused when cut at any byte', () => {
    const whole = fixture(name);
    for (let length = 0; length < whole.length; length++) {
      expect(openHostile(whole.subarray(0, length)), `cut to ${length} bytes`).toBeDefined();
    }
  });
});

describeShared('reference files', () => {
  const bytes = (path: string) => new Uint8Array(readFileSync(shared(path)));

  test('a published CARN-M opens', () => {
    const { container, tensors, warnings } = openCheckpoint(bytes('checkpoints/carn_m.pth'));
    expect(container).toBe('torch-legacy');
    expect(warnings).toEqual([]);
    expect(tensors.size).toBe(58);
    expect(tensors.get('entry.weight')?.dims).toEqual([64, 3, 3, 3]);
    const mean = [...tensors.get('sub_mean.shifter.bias')!.data];
    expect(mean.map((value) => value.toFixed(4))).toEqual(['-0.4488', '-0.4371', '-0.4040']);
  });

  test('a published file cut at every KB is refused', () => {
    const whole = bytes('checkpoints/carn_m.pth');
    for (let length = 0; length < whole.length; length += 1024) {
      expect(openHostile(whole.subarray(0, length)), `${length}`).toMatch(/ends early|expected/);
    }
  });

  test.each(['rcan-x2', 'rcan-x4-legacy', 'edsr-x2', 'han-x2', 'san-x2', 'espcn-x3', 'srcnn-915'])(
    'the weights of %s move as little as five steps of Adam allow',
    (name) => {
      const before = readCheckpoint(bytes(`goldens/${name}/state.pt`));
      const after = readCheckpoint(bytes(`goldens/${name}/after5.safetensors`));
      const meta = JSON.parse(readFileSync(shared(`goldens/${name}/meta.json`), 'utf8'));
      // One step of Adam moves a weight by about the learning rate; a wrong element is off by far more.
      const furthest = 1.1 * meta.steps * meta.optimizer.lr;
      let compared = 0;
      for (const [key, trained] of after) {
        const start = before.get(key)!;
        expect(start.dims, key).toEqual(trained.dims);
        const moved = start.data.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - trained.data[i]!)),
          0,
        );
        expect(moved, key).toBeLessThan(furthest);
        compared += start.data.length;
      }
      expect(compared).toBeGreaterThan(1000);
    },
  );
});
