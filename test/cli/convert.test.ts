/** convert and inspect: every format in and out, and what is said where that cannot be. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, readCheckpoint } from '../../src/formats/checkpoint.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { writeTorch } from '../../src/formats/torch-write.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { relativeDifference } from '../../src/tensor.ts';
import { tinyNetwork, tinyRcan } from '../models/tiny.ts';
import { expectFailure, runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const TINY = 'test/models/fixtures/rcan-tiny.pt';
const state = readCheckpoint(readFileSync(TINY));

function convert(input: string, name: string, ...options: string[]): string {
  const { status, stderr, stdout } = runCli(['convert', input, path(name), ...options]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`${name}: RCAN ×3, 32 tensors, `);
  return path(name);
}

const fails = (args: string[], status: number, message: RegExp) =>
  expectFailure(folder, args, status, message);

describe('convert', () => {
  it.each([
    ['a.safetensors', 'safetensors', []],
    ['a.onnx', 'onnx', []],
    ['a.pt', 'torch-zip', []],
    ['zip.PTH', 'torch-zip', ['--container', 'zip']],
    ['legacy.pth', 'torch-legacy', ['--container', 'legacy']],
  ])('writes %s, and reads it again', (name, container, options) => {
    const written = convert(TINY, name, ...options);
    const checkpoint = openCheckpoint(readFileSync(written));
    expect(checkpoint.container).toBe(container);
    expect([...checkpoint.tensors].sort()).toEqual([...state].sort());
    const again = convert(written, `again-${name}.safetensors`);
    expect([...readCheckpoint(readFileSync(again))]).toEqual([...state]);
  });

  it('stores float16 at half the size, rounded to 11 bits', () => {
    const half = convert(TINY, 'half.safetensors', '--float16');
    const { tensors, dtypes } = openCheckpoint(readFileSync(half));
    expect(new Set(dtypes.values())).toEqual(new Set(['float16']));
    expect(statSync(half).size).toBeLessThan(2 * 2659 + 5000);
    for (const [key, { data }] of tensors)
      expect(relativeDifference(data, state.get(key)!.data)).toBeLessThan(2 ** -11);
  });

  it('keeps what weights do not tell, and says where a format cannot', () => {
    const { options, state: random } = tinyRcan({ valueRange: 1 });
    const noMean = new Map([...random].filter(([key]) => !key.includes('_mean')));
    const mean = new Map([...random].filter(([key]) => key.includes('_mean')));
    for (const { data } of mean.values()) data.fill(3);
    writeFileSync(
      path('range.safetensors'),
      writeSafetensors(new Map([...noMean, ...mean]), { metadata: networkMetadata('rcan', options) }),
    );
    const onnx = runCli(['convert', path('range.safetensors'), path('range.onnx')]);
    expect(onnx.stderr).toBe('');
    expect(JSON.parse(runCli(['inspect', path('range.onnx'), '--json']).stdout).options).toEqual(options);
    const zip = runCli(['convert', path('range.onnx'), path('range.pt')]);
    expect([zip.status, zip.stderr]).toEqual([0, '']);
    expect(JSON.parse(runCli(['inspect', path('range.pt'), '--json']).stdout).options).toEqual(options);
    const legacy = runCli(['convert', path('range.pt'), path('range.pth'), '--container', 'legacy']);
    expect(legacy.stderr).toMatch(
      /^note: .*range\.pth cannot say that valueRange is 1; every format but --container legacy can\n$/,
    );
    expect(legacy.status).toBe(0);
  });

  it('takes from the caller what weights do not tell, and keeps it', () => {
    const { state: weights } = tinyNetwork('edsr', { resScale: 0.5 });
    writeFileSync(path('edsr.pt'), writeTorch(weights, { container: 'zip' }));
    const guessed = runCli(['convert', path('edsr.pt'), path('guessed.onnx')]);
    expect(guessed.stderr).toMatch(/^note: resScale 1 is a guess: [^\n]*\n$/);
    const told = runCli([
      'convert',
      path('edsr.pt'),
      path('told.onnx'),
      '--res_scale',
      '0.5',
      '--value-range',
      '255',
    ]);
    expect([told.status, told.stderr]).toEqual([0, '']);
    const report = JSON.parse(runCli(['inspect', path('told.onnx'), '--json']).stdout);
    expect(report).toMatchObject({ options: { resScale: 0.5 }, guessed: [] });

    writeFileSync(path('srcnn.pt'), writeTorch(tinyNetwork('srcnn').state, { container: 'zip' }));
    expect(runCli(['convert', path('srcnn.pt'), path('srcnn.onnx'), '-s', '3']).stdout).toContain('SRCNN ×3');
    fails(
      ['convert', TINY, path('x.onnx'), '--res-scale', '0.1'],
      1,
      /rcan-tiny\.pt: RCAN has no option resScale/,
    );
    fails(['convert', TINY, path('x.onnx'), '--res-scale', '0'], 2, /Expected a positive number/);
  });

  it('refuses names and options of no use: exit code 2', () => {
    const known = /expected a name that ends in \.safetensors, \.onnx, \.pt, \.pth, found "\.bin"/;
    fails(['convert', TINY, path('x.bin')], 2, known);
    fails(['convert', TINY, path('x')], 2, /found ""/);
    fails(
      ['convert', TINY, path('x.onnx'), '--float16'],
      2,
      /--float16 is for \.safetensors, found .*x\.onnx/,
    );
    fails(
      ['convert', TINY, path('x.safetensors'), '--container', 'zip'],
      2,
      /--container zip is for \.pt and \.pth, found .*x\.safetensors/,
    );
    fails(
      ['convert', TINY, path('x.pt'), '--container', 'zp'],
      2,
      /Expected zip, legacy\. Did you mean zip\?/,
    );
    fails(['convert', TINY], 2, /missing required argument 'output'/);
  });

  it('refuses what it cannot convert: exit code 1, nothing written', () => {
    writeFileSync(path('there.onnx'), 'keep me');
    fails(['convert', TINY, path('there.onnx')], 1, /there\.onnx: exists already; use --overwrite/);
    expect(readFileSync(path('there.onnx'), 'utf8')).toBe('keep me');
    fails(['convert', path('none.pt'), path('x.onnx')], 1, /none\.pt: /);
    writeFileSync(
      path('other.safetensors'),
      writeSafetensors(new Map([['w', { data: Float32Array.of(1), dims: [1] }]])),
    );
    fails(
      ['convert', path('other.safetensors'), path('x.onnx')],
      1,
      /other\.safetensors: no known architecture fits/,
    );
    const foreign = Buffer.from(readFileSync(convert(TINY, 'ours.onnx')));
    foreign.write('bert', foreign.indexOf('sisr'));
    writeFileSync(path('foreign.onnx'), foreign);
    fails(
      ['convert', path('foreign.onnx'), path('x.pt')],
      1,
      /foreign\.onnx: expected an ONNX model that sisr wrote, .*; found one by "bert": use the weights/,
    );
    const large = new Map([...state]);
    large.set('tail.1.bias', { dims: [3], data: Float32Array.of(1, 70000, 3) });
    writeFileSync(path('large.safetensors'), writeSafetensors(large));
    fails(
      ['convert', path('large.safetensors'), path('x.safetensors'), '--float16'],
      1,
      /tensor "tail\.1\.bias" to fit float16 \(at most 65504\), found 70000/,
    );
    expect(existsSync(path('x.onnx'))).toBe(false);
  });

  it('overwrites when told to, its own input too', () => {
    const file = convert(TINY, 'same.pt');
    convert(file, 'same.pt', '--overwrite', '--container', 'legacy');
    expect(openCheckpoint(readFileSync(file)).container).toBe('torch-legacy');
  });
});

describe('the ONNX model', () => {
  it('gives the same output in plain ONNX Runtime, at three sizes and two batches', async () => {
    const session = await ort.InferenceSession.create(readFileSync(convert(TINY, 'plain.onnx')));
    expect([session.inputNames, session.outputNames]).toEqual([['input'], ['output']]);
    expect(session.inputMetadata[0]).toMatchObject({
      type: 'float32',
      shape: ['batch', 3, 'height', 'width'],
    });
    const network = await loadNetwork(TINY, { device: 'cpu' });
    for (const dims of [
      [1, 3, 16, 16],
      [1, 3, 7, 30],
      [2, 3, 33, 5],
    ]) {
      const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => (i * 37) % 256);
      const expected = await network.run({ data, dims });
      const { output } = await session.run({ input: new ort.Tensor('float32', data, dims) });
      expect(output!.dims).toEqual(expected.dims);
      expect(relativeDifference(output!.data as Float32Array, expected.data)).toBeLessThan(1e-6);
    }
    await network.dispose();
    await session.release();
  });

  it('enlarges pictures like the weights that it was made from', () => {
    const enlarge = (model: string, output: string) =>
      runCli(['upscale', 'examples/cat.png', '-m', model, '-o', path(output), '--device', 'cpu']);
    expect(enlarge(TINY, 'pt.png').status).toBe(0);
    expect(enlarge(convert(TINY, 'picture.onnx'), 'onnx.png').status).toBe(0);
    expect(readFileSync(path('onnx.png')).equals(readFileSync(path('pt.png')))).toBe(true);
  });
});

describe('inspect', () => {
  it('says what the network costs, and of what the file is made', () => {
    const report = JSON.parse(runCli(['inspect', TINY, '--json']).stdout);
    expect(report).toMatchObject({
      container: 'torch-zip',
      size: statSync(TINY).size,
      dtypes: { float32: 32 },
    });
    // Per pixel: mean shift 9, head 3·4·9, two groups of (two convolutions and one) and one after, 4·4·9 each,
    // ×3 upsampler 4·36·9, and on 9 pixels tail 4·3·9 and mean shift 9.
    const expected = 9 + 108 + 7 * 144 + 1296 + 9 * (108 + 9);
    expect(report.cost.multiplyAddsPerInputPixel).toBe(expected);
    expect(report.cost.tmacPerInputMegapixel).toBeCloseTo(expected / 1e6, 12);
    expect(report.cost.tmacPerOutputMegapixel).toBeCloseTo(expected / 9e6, 12);
  });

  it('prints the same for people', () => {
    const { stdout } = runCli(['inspect', TINY]);
    expect(stdout).toMatch(/size +[\d,]+ bytes\n/);
    expect(stdout).toMatch(/types +32 float32\n/);
    expect(stdout).toMatch(
      /cost +3,474 multiply-adds per input pixel\n +0\.00347 TMAC \(10\^12 multiply-adds\)/,
    );
  });

  it('knows no cost of what it does not know', () => {
    writeFileSync(
      path('w.safetensors'),
      writeSafetensors(new Map([['w', { data: Float32Array.of(1), dims: [1] }]])),
    );
    const report = JSON.parse(runCli(['inspect', path('w.safetensors'), '--json']).stdout);
    expect(report).toMatchObject({ architecture: null, cost: null, dtypes: { float32: 1 } });
    expect(report.reason).toMatch(/^no known architecture fits/);
  });
});

describe('--start-scale', () => {
  const start = (name: string, ...args: string[]) =>
    runCli(['convert', 'test/models/fixtures/rcan-tiny.pt', join(folder, name), '--start-scale', ...args]);

  it('exchanges the upsampler and says what was taken and what is random', () => {
    const { status, stderr, stdout } = start('start.safetensors', '4');
    expect([status, stderr]).toEqual([
      0,
      'taken: 30 of 34 tensors\nrandom: tail.0.0.weight, tail.0.0.bias, tail.0.2.weight, tail.0.2.bias\n',
    ]);
    expect(stdout).toMatch(/RCAN ×4, 34 tensors/);
  });

  it('gives the same random weights for the same seed', () => {
    for (const [name, seed] of [
      ['seed-7.safetensors', '7'],
      ['again-7.safetensors', '7'],
      ['seed-8.safetensors', '8'],
    ] as const) {
      start(name, '2', '--seed', seed);
    }
    const [a, b, c] = ['seed-7', 'again-7', 'seed-8'].map((name) =>
      readFileSync(join(folder, `${name}.safetensors`)),
    );
    expect(a!.equals(b!)).toBe(true);
    expect(a!.equals(c!)).toBe(false);
  });

  it('refuses a scale that the network does not have', () => {
    const { status, stderr } = start('never.safetensors', '5');
    expect([status, stderr]).toEqual([
      1,
      'error: rcan: the option scale must be 1, 2, 3, 4, 8 or 16, found 5\n',
    ]);
  });
});
