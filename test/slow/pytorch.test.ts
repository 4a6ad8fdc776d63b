/** What convert writes, opened by other programs: PyTorch and plain ONNX Runtime, for every network. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { elementCount, relativeDifference } from '../../src/tensor.ts';
import { runCli, temporaryFolder } from '../cli/run.ts';
import { tinyNetworks } from '../models/tiny.ts';

/** Debian's python3-torch. */
const PYTHON = '/usr/bin/python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

/** Prints every key with its shape, type and the CRC-32 of its bytes. */
const DESCRIBE = `
import json, sys, zlib, torch
state = torch.load(sys.argv[1])
print(json.dumps([
    [key, list(t.shape), str(t.dtype), zlib.crc32(t.contiguous().numpy().tobytes())] for key, t in state.items()
]))
`;

const folder = temporaryFolder();

/** Writes a tiny network as safetensors, and has convert make the file of the given name. */
function converted(
  tiny: ReturnType<typeof tinyNetworks>[number],
  name: string,
  ...options: string[]
): string {
  const source = join(folder, `${tiny.architecture}.safetensors`);
  const output = join(folder, name);
  writeFileSync(
    source,
    writeSafetensors(tiny.state, { metadata: networkMetadata(tiny.architecture, tiny.options) }),
  );
  const { status, stderr } = runCli(['convert', source, output, '--overwrite', ...options]);
  expect(stderr).not.toContain('error');
  expect(status).toBe(0);
  return output;
}

const title = hasTorch
  ? 'in PyTorch'
  : `in PyTorch (skipped: ${PYTHON} has no torch; apt install python3-torch)`;
describe.skipIf(!hasTorch)(title, () => {
  describe.each(tinyNetworks())('$architecture', (tiny) => {
    it.each(['zip', 'legacy'])('%s: opens with equal tensors, in order', (container) => {
      const file = converted(tiny, `${tiny.architecture}-${container}.pt`, '--container', container);
      const found = JSON.parse(execFileSync(PYTHON, ['-c', DESCRIBE, file], { encoding: 'utf8' }));
      const expected = [...tiny.state].map(([key, { data, dims }]) => [
        key,
        dims,
        'torch.float32',
        crc32(data),
      ]);
      expect(found).toEqual(expected);
    });
  });
});

describe('in plain ONNX Runtime', () => {
  it.each(tinyNetworks())('$architecture gives the same output at three sizes', async (tiny) => {
    const session = await ort.InferenceSession.create(converted(tiny, `${tiny.architecture}.onnx`));
    const network = await loadNetwork(join(folder, `${tiny.architecture}.safetensors`), { device: 'cpu' });
    const { colors, valueRange } = tiny.options;
    for (const [height, width] of [
      [16, 16],
      [9, 40],
      [51, 34],
    ] as const) {
      const dims = [1, colors, height, width];
      const data = Float32Array.from(
        { length: elementCount(dims) },
        (_, i) => (valueRange * ((i * 37) % 256)) / 255,
      );
      const expected = await network.run({ data, dims });
      const { output } = await session.run({ input: new ort.Tensor('float32', data, dims) });
      expect(output!.dims).toEqual(expected.dims);
      expect(relativeDifference(output!.data as Float32Array, expected.data)).toBeLessThan(1e-5);
    }
    await network.dispose();
    await session.release();
  });
});

function crc32(data: Float32Array): number {
  let crc = 0xffffffff;
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
