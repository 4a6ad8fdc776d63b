/** The page of examples/web, built with Vite from the package, and used as a visitor would. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadNetwork } from '../../src/node/load-network.ts';
import { decodePicture } from '../../src/node/picture.ts';
import { largestDifference } from '../difference.ts';
import { type BuiltPage, buildPage } from './build-page.ts';
import { describeBrowser, launchChromium, openPage } from './chromium.ts';
import { type FolderServer, serveFolder } from './serve-folder.ts';

describeBrowser('examples/web', () => {
  let built: BuiltPage;
  let server: FolderServer;
  let browser: Browser;
  beforeAll(async () => {
    [built, browser] = await Promise.all([buildPage('examples/web'), launchChromium()]);
    server = await serveFolder(built.folder);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    built?.remove();
  });

  it('enlarges a picture as Node does', async () => {
    const file = await sharp(readFileSync('examples/cat.png'))
      .extract({ left: 100, top: 60, width: 200, height: 120 })
      .png()
      .toBuffer();
    const { page, problems } = await openPage(browser, server.url);
    await page.waitForFunction('document.querySelector("input").onchange !== null');
    await page.setInputFiles('input', { name: 'cat.png', mimeType: 'image/png', buffer: file });
    await page.waitForFunction('document.images[0].naturalWidth > 0');
    expect(await page.locator('progress').getAttribute('value')).toBe('1');

    const bytes: number[] = await page.evaluate(
      'fetch(document.images[0].src).then((file) => file.arrayBuffer()).then((bytes) => [...new Uint8Array(bytes)])',
    );
    const found = await sharp(Uint8Array.from(bytes)).removeAlpha().raw().toBuffer();
    const network = await loadNetwork('models/rcan-light-x2.safetensors', { device: 'cpu' });
    const { data } = await network.upscale((await decodePicture(file)).image);
    await network.dispose();
    expect(largestDifference(found, data as Uint8Array)).toBeLessThanOrEqual(1);
    expect(problems).toEqual([]);
  });
});
