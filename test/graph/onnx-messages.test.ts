import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/formats/checkpoint.ts';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { ARCHITECTURES, identify } from '../../src/models/registry.ts';

/** The code that protobuf's compiler generated from onnx.proto knows what ONNX's messages are. */
describe.each(ARCHITECTURES.map(({ id }) => id))('a model of %s', (id) => {
  const state = readCheckpoint(readFileSync(`test/models/fixtures/${id}-tiny.pt`));
  const { architecture, options, state: complete } = identify(state);
  const model = exportOnnx({ architecture: architecture.id, options, state: complete });

  it('is what the generated code would write', () => {
    const read = fromBinary(ModelProtoSchema, model);
    expect(read.graph?.node.length).toBeGreaterThan(2);
    expect(Buffer.from(toBinary(ModelProtoSchema, read)).equals(model)).toBe(true);
  });

  it('has no field that ONNX does not know', () => {
    const unknown = JSON.stringify(fromBinary(ModelProtoSchema, model), (key, value) =>
      key === '$unknown' ? 'unknown fields' : typeof value === 'bigint' ? Number(value) : value,
    );
    expect(unknown).not.toContain('unknown fields');
  });
});
