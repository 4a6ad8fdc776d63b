/** ONNX models of our own as checkpoints: the state dict comes back, and nothing else gets in. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint, readCheckpoint } from '../../src/formats/checkpoint.ts';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { tinyNetworks, tinyRcan } from '../models/tiny.ts';
import { fuzz, openHostile } from './mutate.ts';

const network = tinyRcan();
const model = exportOnnx(network);

/** The exported model with something changed. */
function changed(change: (model: ModelProto) => void): Uint8Array {
  const decoded = fromBinary(ModelProtoSchema, model);
  change(decoded);
  return toBinary(ModelProtoSchema, decoded);
}

function withFirst(change: (tensor: TensorProto) => void): Uint8Array {
  return changed(({ graph }) => change(graph!.initializer[0]!));
}

describe.each(tinyNetworks())('$architecture', (tiny) => {
  it('comes back out of its ONNX model, bit for bit', () => {
    const { tensors, metadata, container, dtypes } = openCheckpoint(exportOnnx(tiny));
    expect(container).toBe('onnx');
    expect([...tensors].toSorted(byName)).toEqual([...tiny.state].toSorted(byName));
    expect(new Set(dtypes.values())).toEqual(new Set(['float32']));
    expect({ ...metadata }).toEqual({
      'sisr.architecture': tiny.architecture,
      'sisr.options': JSON.stringify(tiny.options),
      'sisr.scale': String(tiny.options.scale),
      'sisr.valueRange': String(tiny.options.valueRange),
    });
  });
});

describe('exportOnnx', () => {
  it('refuses what does not fit the format, before it writes anything', () => {
    const state = new Map([['w', { data: new Float32Array(0), dims: [2 ** 29] }]]);
    const attempt = () => exportOnnx({ ...network, state });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(/an ONNX model holds at most 2 GB: .*, found 2147483648/);
  });

  it('refuses tensors that are not the network’s', () => {
    const state = new Map([...network.state].slice(1));
    expect(() =>
      exportOnnx({ ...network, state: new Map([...state, ['stray', state.get('head.0.bias')!]]) }),
    ).toThrow(/1 unexpected: stray/);
  });
});

describe('what another program wrote', () => {
  it.each([
    ['pytorch', /wrote, whose initialisers .* found one by "pytorch": use the weights that it was made from/],
    ['', /found one by an unnamed program/],
  ])('"%s" is refused, saying what was expected', (producerName, message) => {
    expect(() => readCheckpoint(changed((decoded) => Object.assign(decoded, { producerName })))).toThrow(
      message,
    );
  });
});

describe('a damaged model', () => {
  const raw = new Uint8Array(12);
  const dims = (...sizes: bigint[]) => withFirst((tensor) => Object.assign(tensor, { dims: sizes }));
  it.each([
    ['too few bytes', withFirst((tensor) => Object.assign(tensor, { rawData: raw })), /bytes, found 12$/],
    ['a shape of 2^40 elements', dims(2n ** 40n), /to take 4398046511104 bytes, found/],
    ['a shape beyond 2^53', dims(2n ** 40n, 2n ** 40n), /less than 2\^53 elements/],
    ['a negative size', dims(-1n), /dimensions from 0 to 2\^53 - 1, found \[-1\]/],
    ['65 dimensions', dims(...Array<bigint>(65).fill(1n)), /at most 64 dimensions/],
    [
      'float16',
      withFirst((tensor) => Object.assign(tensor, { dataType: 10 })),
      /type float32 \(1\), found type 10/,
    ],
    [
      'a name twice',
      changed(({ graph }) => graph!.initializer.push(graph!.initializer[0]!)),
      /once, found it twice/,
    ],
    ['no initialisers', changed(({ graph }) => graph!.initializer.splice(0)), /initialisers .*, found none/],
    ['no graph', changed((decoded) => delete decoded.graph), /one graph in the ONNX model, found 0/],
    ['two graphs', Buffer.concat([model, changed(() => {})]), /one graph in the ONNX model, found 2/],
    ['external data', withFirst(makeExternal), /inside the file, found external data/],
    [
      '1001 properties',
      changed((decoded) => decoded.metadataProps.push(...Array(1001).fill(decoded.metadataProps[0]!))),
      /at most 1000 metadata properties/,
    ],
    ['a cut', model.subarray(0, 1000), /damaged ONNX file: expected .* as a protocol buffer/],
    ['groups in groups', Buffer.concat([model, Buffer.alloc(500_000, 0x7b)]), /maximum recursion depth/],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => openCheckpoint(bytes)).toThrow(InputError);
    expect(() => openCheckpoint(bytes)).toThrow(message);
  });

  it('reads packed dimensions like repeated ones', () => {
    const packed = Uint8Array.of(0x0a, 2, 2, 3, 0x10, 1, 0x42, 1, 0x77, 0x4a, 24, ...new Uint8Array(24));
    expect(fromBinary(TensorProtoSchema, packed).dims).toEqual([2n, 3n]);
    const length = packed.length;
    const bytes = [8, 8, 0x12, 4, ...Buffer.from('sisr'), 0x3a, length + 2, 0x2a, length, ...packed];
    expect(readCheckpoint(Uint8Array.from(bytes)).get('w')?.dims).toEqual([2, 3]);
  });

  it('cannot reach a prototype', () => {
    const bytes = changed((decoded) => {
      decoded.metadataProps[0]!.key = '__proto__';
      decoded.graph!.initializer[0]!.name = '__proto__';
    });
    const { metadata, tensors } = openCheckpoint(bytes);
    expect(Object.getPrototypeOf(metadata)).toBeNull();
    expect(tensors.has('__proto__')).toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('takes memory in proportion to its bytes, however many messages it claims', () => {
    // A million empty nodes in two bytes each: decoded whole, they would take 300 MB.
    const nodes = new Uint8Array(2_000_000);
    for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a;
    const graph = [0x3a, ...varint(nodes.length), ...nodes];
    const bytes = Uint8Array.from([8, 8, 0x12, 4, ...Buffer.from('sisr'), ...graph]);
    const before = process.memoryUsage().heapUsed;
    expect(() => openCheckpoint(bytes)).toThrow(/found none/);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  });
});

describe('mutated', () => {
  it('opens or is refused with one line, 300 times', () => {
    const outcome = fuzz(model, 300, 20180708);
    expect(outcome.opened + outcome.refused).toBe(300);
    expect(outcome.refused).toBeGreaterThan(50);
    expect(outcome.messages.size).toBeGreaterThan(5);
  });

  it('is never a crash when cut anywhere', () => {
    for (let length = 0; length < model.length; length += Math.ceil(model.length / 700))
      openHostile(model.subarray(0, length));
    expect(openHostile(model)).toBeUndefined();
  });
});

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function makeExternal(tensor: TensorProto): void {
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = create(TensorProtoSchema, {
    externalData: [{ key: 'location', value: 'x' }],
  }).externalData;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
