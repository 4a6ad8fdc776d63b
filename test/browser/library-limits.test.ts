/** `sisr/web` where something is wrong, runs out or is stopped. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadNetwork } from '../../src/node/load-network.ts';
import { largestDifference } from '../difference.ts';
import { describeBrowser } from './chromium.ts';
import { pngFile } from './enlarging-page.ts';
import { libraryPages, type Upscaled } from './library-page.ts';
import { memoryLimit } from './memory-limit.ts';
import { enlargedInNode, given, rgba, samplesOf, toBase64 } from './rgba.ts';

const RCAN = 'test/models/fixtures/rcan-tiny.pt';

describeBrowser('sisr/web in Chromium', () => {
  const openPage = libraryPages();

  it('reports progress that only rises, from nothing to all, and leaves the page free', async () => {
    const page = await openPage();
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const { progress, turns } = await page.call<Upscaled>('upscale', given('ImageData', rgba(300, 200)), {
      tile: 64,
    });
    expect(progress.length).toBeGreaterThan(20);
    expect(progress).toEqual([...new Set(progress)].sort((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
    expect(turns).toBeGreaterThan(5);
  });

  it('stops half-way when it is cancelled, and goes on with the next picture', async () => {
    const page = await openPage();
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const large = given('ImageData', rgba(600, 400));
    await expect(page.call('upscale', large, { tile: 48, cancelAfter: 0.5 })).rejects.toThrow(/^enough$/);
    // As a whole, this one would take longer than the test may.
    const huge = given('ImageData', rgba(1200, 800));
    await expect(page.call('upscale', huge, { tile: 48, ensemble: true, cancelAfter: 0 })).rejects.toThrow(
      /^enough$/,
    );
    // As in Node, what `onProgress` throws ends the call.
    await expect(page.call('upscale', huge, { tile: 48, ensemble: true, throwAfter: 0 })).rejects.toThrow(
      /^no more$/,
    );
    const small = rgba(30, 30);
    const result = await page.call<Upscaled>('upscale', given('ImageData', small));
    expect(largestDifference(samplesOf(result), await enlargedInNode(RCAN, small))).toBeLessThanOrEqual(1);
  });

  it('says the same as Node of bytes that are no weights', async () => {
    const page = await openPage();
    const weights = readFileSync(RCAN);
    for (const bytes of [
      Buffer.from('<!doctype html><title>Not found</title>'),
      weights.subarray(0, 5000),
      readFileSync('examples/cat.png'),
      readFileSync('test/formats/fixtures/optimizer.pt'),
      Buffer.alloc(0),
    ]) {
      const inNode = await loadNetwork(new Uint8Array(bytes)).catch((error: Error) => error);
      expect(inNode).toMatchObject({ name: 'InputError' });
      const { message } = inNode as Error;
      const source = { bytes: toBase64(bytes) };
      await expect(page.call('open', source)).rejects.toMatchObject({ name: 'InputError', message });
      const named = { ...source, name: 'own.pt' };
      await expect(page.call('open', named)).rejects.toMatchObject({ message: `own.pt: ${message}` });
    }
  });

  it('names an address that gives no weights', async () => {
    const page = await openPage();
    await expect(page.call('open', '/nowhere.pt')).rejects.toMatchObject({
      name: 'InputError',
      message: '/nowhere.pt: expected a checkpoint, found HTTP status 404',
    });
    await expect(page.call('open', 'http://127.0.0.1:1/weights.pt')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/weights\.pt: .* cannot be fetched/),
    });
  });

  it('says what is wrong with options, tensors and picture files', async () => {
    const page = await openPage();
    const image = given('ImageData', rgba(20, 20));
    const file = { kind: 'Blob', bytes: toBase64(Buffer.from('no picture')) };
    const long = { kind: 'Blob', bytes: toBase64((await pngFile('long.png', rgba(30_000, 1))).buffer) };
    const inputError = (message: string) => ({ name: 'InputError', message });
    await expect(page.call('open', '/fixtures/rcan-tiny.pt', { device: 'webgpu' })).rejects.toMatchObject(
      inputError('the device "webgpu" does not exist on this platform: expected auto, cpu'),
    );
    await page.call('open', '/fixtures/rcan-tiny.pt');
    const wrong: [unknown, object, string][] = [
      [image, { tile: 7 }, 'tile must be auto, off, chop or at least 48 pixels, found 7'],
      [file, {}, 'expected a picture that this browser can read, found 10 bytes of unknown type'],
      [file, { type: 'image/tiff' }, 'this browser does not write image/tiff, only image/png'],
      [long, {}, 'this browser cannot write pictures as large as 90000×3 pixels'],
      [file, { quality: 0 }, 'quality: expected a number from 1 to 100, found 0'],
      [
        { ...given('Image', rgba(20, 20)), width: 21 },
        {},
        'image: expected 1680 samples for 21×20×4, found 1600',
      ],
    ];
    for (const [picture, options, message] of wrong)
      await expect(page.call('upscale', picture, options)).rejects.toMatchObject(inputError(message));
    await expect(page.call('run', [1, 2], [1, 3, 1, 1])).rejects.toMatchObject(
      inputError('a tensor [1, 3, 1, 1] has 3 elements, found 2'),
    );
    expect((await page.call<Upscaled>('upscale', image)).width).toBe(60);
  });

  it('tries smaller tiles where memory runs out, and names the next one where it was told which to take', async () => {
    const page = await openPage({ prepend: { to: /worker/, script: memoryLimit(40) } });
    await page.call('open', '/fixtures/rcan-tiny.pt', { threads: 1 });
    const image = rgba(500, 400);
    const result = await page.call<Upscaled>('upscale', given('ImageData', image));
    const expected = await enlargedInNode(RCAN, image, { tile: 250 });
    expect(largestDifference(samplesOf(result), expected)).toBeLessThanOrEqual(1);
    expect(result.progress).toEqual([...new Set(result.progress)].sort((a, b) => a - b));
    expect(result.progress.at(-1)).toBe(1);
    await expect(page.call('upscale', given('ImageData', image), { tile: 'off' })).rejects.toMatchObject({
      name: 'OutOfMemoryError',
      message: 'not enough memory to enlarge the picture at once: try tile 250',
      nextTile: 250,
    });
  });

  it('says where the browser hides pixels, and does not mind a little noise', async () => {
    const changing = (change: string) => `{
      const { prototype } = OffscreenCanvasRenderingContext2D;
      const read = prototype.getImageData;
      prototype.getImageData = function (...area) {
        const image = read.apply(this, area);
        for (let i = 0; i < image.data.length; i++) image.data[i] = ${change};
        return image;
      };
    }`;
    const picture = { kind: 'Blob', bytes: toBase64((await pngFile('x.png', rgba(20, 20))).buffer) };
    for (const [change, message] of [
      ['255', /^this browser hides the pixels of pictures/],
      ['image.data[i] ^ 1', undefined],
    ] as const) {
      const page = await openPage({ prepend: { to: /worker/, script: changing(change) } });
      await page.call('open', '/fixtures/rcan-tiny.pt');
      const enlarging = page.call<Upscaled>('upscale', picture);
      if (message)
        await expect(enlarging).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringMatching(message),
        });
      else expect((await enlarging).type).toBe('image/png');
    }
  });

  it('fails when it was disposed, and where its worker or ONNX Runtime does not load', async () => {
    const page = await openPage();
    await page.call('open', '/fixtures/rcan-tiny.pt');
    await page.call('dispose');
    await expect(page.call('run', [1, 2, 3], [1, 3, 1, 1])).rejects.toThrow('the network was disposed');
    const broken = await openPage({ prepend: { to: /worker/, script: 'throw new Error("broken");' } });
    await expect(broken.call('open', '/fixtures/rcan-tiny.pt')).rejects.toThrow(
      /^the worker failed: .*broken/,
    );
    await expect(page.call('open', '/fixtures/rcan-tiny.pt', { wasmPaths: '/nowhere' })).rejects.toThrow(
      /nowhere\/ort-wasm-simd-threaded\.wasm/,
    );
  });
});
