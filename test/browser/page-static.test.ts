/** The page as static files, on a server that knows nothing of sisr, below a path of its own. */
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBrowser, launchChromium } from './chromium.ts';
import { catFile, EnlargingPage, fileAt, pngFile } from './enlarging-page.ts';
import { memoryLimit } from './memory-limit.ts';
import { rgba } from './rgba.ts';
import { type ServeOptions, serveFolder } from './serve-folder.ts';

const PATH = 'some/where/';
/** The list that only `sisr serve` has is asked for first. */
const NOT_FOUND = /404|api\/models/;

describeBrowser('the page as static files', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function serve(options: ServeOptions = {}) {
    const mounts = { [`/${PATH}`]: 'dist/app' };
    const server = await serveFolder('examples', { mounts, ...options });
    return { ...server, page: await EnlargingPage.open(browser, server.url + PATH) };
  }

  it('isolates itself for threads when it is loaded again, and then works without a network', async () => {
    const { page, requests, close } = await serve({ isolated: false });
    try {
      expect(await page.page.locator('#runs').textContent()).toMatch(
        /WebAssembly, 1 thread\).*COOP and COEP/,
      );
      await page.page.getByRole('button', { name: 'Reload to use all cores' }).click();
      const isolated = page.page.locator('#runs', { hasText: /WebAssembly, \d+ threads?\)(?!.*COOP)/ });
      await isolated.waitFor();
      expect(await page.page.evaluate('crossOriginIsolated')).toBe(true);
      expect(await page.page.getByRole('button', { name: 'Reload to use all cores' }).isVisible()).toBe(
        false,
      );

      // The models that were not used yet are fetched, too.
      await page.page.waitForFunction(`(async () => {
        const models = await (await fetch('models/index.json')).json();
        const cache = await caches.open((await caches.keys())[0]);
        const kept = (await cache.keys()).filter(({ url }) => url.includes('.safetensors?'));
        return kept.length === models.length;
      })()`);

      await close();
      await page.page.reload();
      await page.ready();
      const { buffer } = await catFile('cat.png', 30, 20);
      const jpeg = { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await sharp(buffer).jpeg().toBuffer() };
      await page.drop([jpeg]);
      expect(await page.result('done')).toMatch(/^30×20 → 60×40/);
      expect(requests.filter((path) => !path.startsWith(`/${PATH}`))).toEqual([]);
    } finally {
      await close();
    }
  });

  it('names the next smaller tile where memory runs out, and takes it', async () => {
    const { page, close } = await serve({ prepend: { to: /wasm-worker/, script: memoryLimit(40) } });
    try {
      await page.drop([fileAt('test/models/fixtures/rcan-tiny.pt')]);
      await page.page.getByText('RCAN ×3, 2 groups').waitFor();
      await page.more();
      await page.page.getByLabel('Tiles').selectOption('512');
      await page.drop([await pngFile('large.png', rgba(500, 400))]);
      expect(await page.result('failed')).toBe(
        'not enough memory to enlarge tiles of 512 pixels: try tile 250',
      );
      await page.page.getByRole('button', { name: 'Try tiles of 250 pixels' }).click();
      expect(await page.result('done')).toMatch(/^500×400 → 1500×1200/);
      expect(page.problems.filter((problem) => !NOT_FOUND.test(problem))).toEqual([]);
    } finally {
      await close();
    }
  });
});
