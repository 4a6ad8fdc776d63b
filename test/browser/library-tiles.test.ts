/** A model that ships, over a picture of several tiles: `sisr/web` in Chromium gives what Node gives. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { largestDifference } from '../difference.ts';
import { describeBrowser } from './chromium.ts';
import { libraryPages, type Upscaled } from './library-page.ts';
import { enlargedInNode, given, samplesOf } from './rgba.ts';

describeBrowser('sisr/web in Chromium', () => {
  const openPage = libraryPages();

  it('cuts and joins tiles as Node does, within one grey level everywhere', async () => {
    const [width, height, tile] = [150, 110, 64];
    const part = sharp('examples/cat.png').extract({ left: 130, top: 80, width, height });
    const data = new Uint8Array(await part.ensureAlpha().raw().toBuffer());
    const image: Image<Uint8Array> = { width, height, channels: 4, data };
    const page = await openPage({ mounts: { '/models/': 'models' } });
    await page.call('open', '/models/rcan-light-x2.safetensors');
    const result = await page.call<Upscaled>('upscale', given('ImageData', image), { tile });
    expect(result.progress.length).toBeGreaterThan(4);
    const enlarged = samplesOf(result);
    const inNode = await enlargedInNode('models/rcan-light-x2.safetensors', image, { tile });
    expect(largestDifference(enlarged, inNode)).toBeLessThanOrEqual(1);
    // Joined otherwise, the picture would be another: what is compared here are the tiles.
    const atOnce = await enlargedInNode('models/rcan-light-x2.safetensors', image, { tile: 'off' });
    expect(largestDifference(enlarged, atOnce)).toBeGreaterThan(1);
  });
});
