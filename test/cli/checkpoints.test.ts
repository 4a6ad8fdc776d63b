/** inspect, models and doctor, and what the command line says of bad checkpoints. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openCheckpoint, readCheckpoint } from '../../src/formats/checkpoint.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { writeTorch } from '../../src/formats/torch-write.ts';
import { shippedModelPath, shippedModels } from '../../src/node/shipped-models.ts';
import { describeShared, shared } from '../shared.ts';
import { expectFailure, runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const X2 = shippedModelPath(shippedModels().find(({ scale }) => scale === 2)!);
const TINY = 'test/models/fixtures/rcan-tiny.pt';

const fails = (args: string[], status: number, message: RegExp) =>
  expectFailure(folder, args, status, message);

describe('inspect', () => {
  it('says what a checkpoint holds', () => {
    const report = JSON.parse(runCli(['inspect', TINY, '--json']).stdout);
    expect(report).toMatchObject({
      architecture: 'rcan',
      options: {
        scale: 3,
        colors: 3,
        valueRange: 255,
        residualGroups: 2,
        residualBlocks: 1,
        features: 4,
        reduction: 2,
      },
      scale: 3,
      parameters: 2659,
      valueRange: 255,
      container: 'torch-zip',
    });
    expect(report.tensors[4]).toEqual({ name: 'head.0.weight', shape: [4, 3, 3, 3], dtype: 'float32' });
    const text = runCli(['inspect', TINY]).stdout;
    expect(text).toMatch(/architecture +rcan\n/);
    expect(text).toMatch(/parameters +2,659 in 32 tensors/);
  });

  it('knows the models that ship by their names', () => {
    const report = JSON.parse(runCli(['inspect', 'rcan-light-x4', '--json']).stdout);
    expect(report).toMatchObject({ architecture: 'rcan', scale: 4 });
  });

  it('says why no architecture fits', () => {
    writeFileSync(
      path('other.safetensors'),
      writeSafetensors(new Map([['w', { data: Float32Array.of(1, 2), dims: [2] }]])),
    );
    const { status, stdout } = runCli(['inspect', path('other.safetensors'), '--json']);
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report).toMatchObject({
      architecture: null,
      scale: null,
      parameters: 2,
      container: 'safetensors',
    });
    expect(report.reason).toMatch(/no known architecture fits: looked for .*RCAN \(no head\.0\.weight/);
  });
});

describeShared("another network's real checkpoint", () => {
  it('opens, and no known architecture fits', () => {
    const { status, stdout } = runCli(['inspect', shared('checkpoints/carn_m.pth')]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/torch-legacy/);
    expect(stdout).toMatch(
      /architecture +unknown: no known architecture fits: looked for .*RCAN \(no head\.0\.weight/,
    );
    expect(stdout).toMatch(/414,811 in 58 tensors/);
  });
});

describe('bad checkpoints', () => {
  const use = (name: string, content: Uint8Array | string) => {
    writeFileSync(path(name), content);
    return ['upscale', 'examples/cat.png', '-m', path(name), '-o', path('never.png')];
  };

  it('cut at every kilobyte are refused', () => {
    const files = {
      safetensors: readFileSync(X2),
      zip: writeTorch(readCheckpoint(readFileSync(X2)), { container: 'zip' }),
      legacy: writeTorch(readCheckpoint(readFileSync(X2)), { container: 'legacy' }),
    };
    for (const bytes of Object.values(files)) {
      for (let length = 0; length < bytes.length; length += 1024) {
        expect(() => openCheckpoint(bytes.subarray(0, length))).toThrow(InputError);
      }
    }
    fails(use('cut.safetensors', files.safetensors.subarray(0, 5000)), 1, /cut\.safetensors: /);
  });

  it('with an unknown global are refused, by its name', () => {
    const pickle = Buffer.from('\x80\x02cos\nsystem\nX\x04\x00\x00\x00echo\x85R.', 'latin1');
    const legacy = Buffer.from(writeTorch(readCheckpoint(readFileSync(TINY)), { container: 'legacy' }));
    const start = legacy.indexOf(Buffer.from('ccollections\nOrderedDict', 'latin1')) - 2;
    fails(use('evil.pt', Buffer.concat([legacy.subarray(0, start), pickle])), 1, /evil\.pt: .*os\.system/);
  });

  it('with a tensor of 2^40 elements are refused', () => {
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] } });
    const bytes = Buffer.alloc(8 + header.length);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    fails(use('huge.safetensors', bytes), 1, /huge\.safetensors: /);
  });

  it('with a missing key or a wrong shape are refused, by name', () => {
    const missing = readCheckpoint(readFileSync(TINY));
    missing.delete('body.1.body.0.body.2.bias');
    fails(
      use('missing.safetensors', writeSafetensors(missing)),
      1,
      /missing\.safetensors: .*1 missing: body\.1\.body\.0\.body\.2\.bias/,
    );
    const wrong = readCheckpoint(readFileSync(TINY));
    wrong.set('tail.1.bias', { data: new Float32Array(4), dims: [4] });
    fails(
      use('wrong.safetensors', writeSafetensors(wrong)),
      1,
      /tail\.1\.bias \(expected \[3\], found \[4\]\)/,
    );
    expect(existsSync(path('never.png'))).toBe(false);
  });
});

describe('models', () => {
  it('are listed', () => {
    const { models } = JSON.parse(runCli(['models', '--json']).stdout);
    expect(models.map(({ name }: { name: string }) => name)).toEqual(shippedModels().map(({ name }) => name));
    expect(runCli(['models']).stdout).toMatch(/^rcan-light-x2 {2}×2, 485,739 parameters\n/);
  });
});

it('doctor says what works here', () => {
  const { devices, node } = JSON.parse(runCli(['doctor', '--json']).stdout);
  expect(node).toBe(process.versions.node);
  expect(devices.find(({ device }: { device: string }) => device === 'cpu')).toEqual({
    device: 'cpu',
    works: true,
  });
});

it('names an unknown command and the nearest one', () => {
  fails(['upscal'], 2, /unknown command 'upscal'/);
});
