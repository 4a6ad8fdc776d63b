/** WebGPU in Chromium on a graphics card that the processor imitates: what takes longer than test/browser/gpu.test.ts. */
import { expect, it } from 'vitest';
import { describeBrowser, SOFTWARE_WEBGPU } from '../browser/chromium.ts';
import { libraryPages, type Upscaled } from '../browser/library-page.ts';
import { enlargedInNode, given, rgba, samplesOf } from '../browser/rgba.ts';
import { largestDifference } from '../difference.ts';

/** A driver that computes too little. */
const PARTLY = `if (globalThis.GPUComputePassEncoder) {
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (x, y, z) {
    return dispatchWorkgroups.call(this, Math.ceil(x / 2), y, z);
  };
}\n`;

/** A card that has no memory for buffers above so many bytes. */
const small = (bytes: number) => `if (globalThis.GPUDevice) {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (wanted) {
    return createBuffer.call(this, wanted.size > ${bytes} ? { ...wanted, size: 2 ** 40 } : wanted);
  };
}\n`;

interface Facts {
  device: string;
  deviceNotes: string[];
}

describeBrowser('WebGPU in Chromium', () => {
  const openPage = libraryPages(SOFTWARE_WEBGPU);

  it('is taken for right, but slow', async () => {
    const page = await openPage();
    const { device, deviceNotes } = await page.call<Facts>('open', '/fixtures/rcan-tiny.pt');
    expect(device).toBe('cpu');
    expect(deviceNotes).toEqual([
      expect.stringMatching(/^webgpu works, but takes [\d.]+ times as long as the CPU$/),
    ]);
  });

  it('is not taken where it is wrong in parts', async () => {
    const page = await openPage({ prepend: { to: /webgpu-worker/, script: PARTLY } });
    const { device, deviceNotes } = await page.call<Facts>('open', '/fixtures/rcan-tiny.pt');
    expect(device).toBe('cpu');
    expect(deviceNotes).toEqual([
      expect.stringMatching(/^webgpu gives a wrong result \(relative difference .*\)$/),
    ]);
  });

  it('goes on with smaller tiles where its memory runs out', async () => {
    const page = await openPage({ prepend: { to: /webgpu-worker/, script: small(1_200_000) } });
    await page.call('open', '/fixtures/rcan-tiny.pt', { device: 'webgpu' });
    const image = rgba(120, 120);
    const result = await page.call<Upscaled>('upscale', given('ImageData', image));
    const inNode = await enlargedInNode('test/models/fixtures/rcan-tiny.pt', image, { tile: 60 });
    expect(largestDifference(samplesOf(result), inNode)).toBeLessThanOrEqual(1);
    await expect(page.call('upscale', given('ImageData', image), { tile: 120 })).rejects.toMatchObject({
      name: 'OutOfMemoryError',
      message: expect.stringMatching(
        /^the graphics card failed \(.*\) to enlarge tiles of 120 pixels: try tile 60$/,
      ),
      nextTile: 60,
    });
  });

  it.each(['edsr', 'espcn', 'srcnn', 'san', 'han'])('gives what Node gives with %s', async (id) => {
    const page = await openPage();
    const { device } = await page.call<Facts>('open', `/fixtures/${id}-tiny.pt`, { device: 'webgpu' });
    expect(device).toBe('webgpu');
    const image = rgba(40, 30);
    const result = await page.call<Upscaled>('upscale', given('ImageData', image));
    const inNode = await enlargedInNode(`test/models/fixtures/${id}-tiny.pt`, image);
    expect(largestDifference(samplesOf(result), inNode)).toBeLessThanOrEqual(1);
  });
});
