/** `sisr/web` in Chromium gives what Node gives. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { ARCHITECTURES } from '../../src/models/registry.ts';
import { identifyStored } from '../../src/models/stored-network.ts';
import { largestDifference } from '../difference.ts';
import { describeBrowser } from './chromium.ts';
import { libraryPages, type Upscaled } from './library-page.ts';
import { enlargedInNode, given, onBlack, rgba, samplesOf, toBase64 } from './rgba.ts';

const RCAN = 'test/models/fixtures/rcan-tiny.pt';

describeBrowser('sisr/web in Chromium', () => {
  const openPage = libraryPages();

  it.each([
    { isolated: true, threads: 2 },
    { isolated: false, threads: 1 },
  ])('gives what Node gives with $threads threads, isolated: $isolated', async ({ isolated, threads }) => {
    const page = await openPage({ isolated });
    const facts = await page.call('open', '/fixtures/rcan-tiny.pt', { threads: 2 });
    const expected = { architecture: 'rcan', scale: 3, device: 'cpu', threads, notes: [], deviceNotes: [] };
    expect(facts).toMatchObject(expected);
    const image = rgba(90, 70);
    for (const options of [{}, { tile: 48 }, { tile: 48, ensemble: true }, { tile: 'chop' as const }]) {
      const result = await page.call<Upscaled>('upscale', given('ImageData', image), options);
      const inNode = await enlargedInNode(RCAN, image, options);
      expect(largestDifference(samplesOf(result), inNode)).toBeLessThanOrEqual(1);
    }
    expect(page.problems).toEqual([]);
  });

  it('runs every network', async () => {
    const page = await openPage();
    const image = rgba(40, 30);
    for (const { id } of ARCHITECTURES) {
      const file = `test/models/fixtures/${id}-tiny.pt`;
      await page.call('open', `/fixtures/${id}-tiny.pt`, { threads: 1 });
      const result = await page.call<Upscaled>('upscale', given('ImageData', image));
      expect(largestDifference(samplesOf(result), await enlargedInNode(file, image)), id).toBeLessThanOrEqual(
        1,
      );
    }
  });

  it('runs a network as it is', async () => {
    const page = await openPage();
    const { input, output } = JSON.parse(readFileSync('test/models/fixtures/rcan-tiny.json', 'utf8'));
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const found = await page.call<typeof output>('run', input.data, input.dims);
    expect(found.dims).toEqual(output.dims);
    const furthest = output.data.map((value: number, i: number) => Math.abs(value - found.data[i]));
    expect(Math.max(...furthest)).toBeLessThan(1e-2);
  });

  it('reads files and bytes of every format', async () => {
    const page = await openPage();
    const image = rgba(20, 20);
    const bytes = readFileSync(RCAN);
    const inNode = await enlargedInNode(RCAN, image);
    const { architecture, ...network } = identifyStored(openCheckpoint(bytes));
    const onnx = exportOnnx({ architecture: architecture.id, ...network });
    for (const source of [
      { bytes: toBase64(bytes) },
      { name: 'own.pt', bytes: toBase64(bytes) },
      { name: 'own.onnx', bytes: toBase64(onnx) },
    ]) {
      await page.call('open', source);
      const result = await page.call<Upscaled>('upscale', given('ImageData', image));
      expect(largestDifference(samplesOf(result), inNode)).toBeLessThanOrEqual(1);
    }
  });

  it('gives back the kind of picture that it was given, with alpha', async () => {
    const page = await openPage();
    const image = rgba(60, 40, { transparent: true });
    const inNode = await enlargedInNode(RCAN, image);
    await page.call('open', '/fixtures/rcan-tiny.pt');
    for (const kind of ['Image', 'ImageData', 'ImageBitmap'] as const) {
      const result = await page.call<Upscaled>('upscale', given(kind, image));
      expect(result).toMatchObject({ kind, width: 180, height: 120 });
      // A canvas rounds what can hardly be seen.
      const seen = kind === 'ImageBitmap' ? onBlack : (samples: Uint8Array) => samples;
      expect(largestDifference(seen(samplesOf(result)), seen(inNode)), kind).toBeLessThanOrEqual(1);
    }
  });

  it('keeps grey pictures grey', async () => {
    const page = await openPage();
    const colour = rgba(30, 30);
    const grey = {
      ...colour,
      data: colour.data.map((value, i) => (i % 4 === 3 ? value : colour.data[i & ~3]!)),
    };
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const samples = samplesOf(await page.call<Upscaled>('upscale', given('ImageData', grey)));
    expect(samples.every((value, i) => i % 4 === 3 || value === samples[i & ~3])).toBe(true);
    expect(new Set(samples).size).toBeGreaterThan(20);
  });

  it('reads and writes picture files', async () => {
    const page = await openPage();
    const image = rgba(60, 40, { transparent: true });
    const inNode = await enlargedInNode(RCAN, image);
    const png = await sharp(image.data, { raw: { width: 60, height: 40, channels: 4 } })
      .png()
      .toBuffer();
    const file = { kind: 'Blob', bytes: toBase64(png) };
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const decoded = async (options: object) => {
      const result = await page.call<Upscaled>('upscale', file, options);
      const { data, info } = await sharp(samplesOf(result)).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 180, height: 120 });
      return { type: result.type, samples: new Uint8Array(data), channels: info.channels };
    };

    const asPng = await decoded({});
    expect(asPng).toMatchObject({ type: 'image/png', channels: 4 });
    expect(largestDifference(onBlack(asPng.samples), onBlack(inNode))).toBeLessThanOrEqual(1);

    const asWebp = await decoded({ type: 'image/webp', quality: 100 });
    expect(asWebp).toMatchObject({ type: 'image/webp', channels: 4 });
    expect(largestDifference(onBlack(asWebp.samples), onBlack(inNode))).toBeLessThanOrEqual(1);

    const asJpeg = await decoded({ type: 'image/jpeg', quality: 100 });
    expect(asJpeg).toMatchObject({ type: 'image/jpeg', channels: 3 });
    expect([...asJpeg.samples.subarray(0, 3)], 'transparent is put on white').toEqual([255, 255, 255]);
  });

  it('turns pictures upright', async () => {
    const page = await openPage();
    const image = rgba(30, 20);
    const raw = { width: 30, height: 20, channels: 4 as const };
    const turned = await sharp(image.data, { raw }).png().withMetadata({ orientation: 6 }).toBuffer();
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const result = await page.call<Upscaled>('upscale', { kind: 'Blob', bytes: toBase64(turned) });
    expect(await sharp(samplesOf(result)).metadata()).toMatchObject({ width: 60, height: 90 });
  });

  it('loads nothing but what was built, or ONNX Runtime from where it is told to', async () => {
    const wasmFiles = ({ requests }: { requests: readonly string[] }) =>
      requests.filter((path) => path.endsWith('.wasm') || path.endsWith('.mjs'));
    const usual = await openPage();
    await usual.call('open', '/fixtures/rcan-tiny.pt', { threads: 2 });
    expect(wasmFiles(usual)).toEqual([
      expect.stringMatching(/^\/assets\/ort-wasm-simd-threaded-[\w-]+\.wasm$/),
    ]);
    const told = await openPage();
    await told.call('open', '/fixtures/rcan-tiny.pt', { threads: 2, wasmPaths: 'ort' });
    expect(wasmFiles(told)).toEqual(['/ort/ort-wasm-simd-threaded.wasm']);
    expect([...usual.problems, ...told.problems]).toEqual([]);
  });
});
