/** The self-test of WebGPU in Chromium: it takes a card that computes right, and none that computes wrong. */
import { expect, it } from 'vitest';
import { largestDifference } from '../difference.ts';
import { SOFTWARE_WEBGPU } from './chromium.ts';
import { libraryPages, type Upscaled } from './library-page.ts';
import { enlargedInNode, given, rgba, samplesOf } from './rgba.ts';
import { describeSoftwareGpu } from './software-gpu.ts';

/** A driver that computes nothing: pictures would be black. */
const BLACK =
  'if (globalThis.GPUComputePassEncoder) GPUComputePassEncoder.prototype.dispatchWorkgroups = () => {};\n';

/** Milliseconds: a processor that has other work imitates a card slowly. */
const LIMIT = 180_000;

await describeSoftwareGpu('WebGPU in Chromium', () => {
  const openPage = libraryPages(SOFTWARE_WEBGPU);

  it('is taken where it is right, and gives what Node gives', { timeout: LIMIT }, async () => {
    const page = await openPage();
    const facts = await page.call('open', '/fixtures/rcan-tiny.pt', { device: 'webgpu' });
    expect(facts).toMatchObject({ device: 'webgpu', deviceNotes: [] });
    const image = rgba(40, 30);
    const result = await page.call<Upscaled>('upscale', given('ImageData', image));
    const inNode = await enlargedInNode('test/models/fixtures/rcan-tiny.pt', image);
    expect(largestDifference(samplesOf(result), inNode)).toBeLessThanOrEqual(1);
  });

  it('is not taken where it is wrong', { timeout: LIMIT }, async () => {
    const page = await openPage({ prepend: { to: /webgpu-worker/, script: BLACK } });
    expect(await page.call('open', '/fixtures/rcan-tiny.pt')).toMatchObject({
      device: 'cpu',
      deviceNotes: [expect.stringMatching(/^webgpu gives a wrong result \(relative difference .*\)$/)],
    });
    await expect(page.call('open', '/fixtures/rcan-tiny.pt', { device: 'webgpu' })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/^the device "webgpu" gives a wrong result .*: use auto or cpu$/),
    });
  });
});
