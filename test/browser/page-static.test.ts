/** The page as static files, on a server that knows nothing of sisr, below a path of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/run.ts';
import { describeBrowser, launchChromium } from './chromium.ts';
import { catFile, EnlargingPage, fileAt, type GivenFile, pngFile } from './enlarging-page.ts';
import { memoryLimit } from './memory-limit.ts';
import { rgba } from './rgba.ts';
import { type ServeOptions, serveFolder } from './serve-folder.ts';

const PATH = 'some/where/';
/** The list that only `sisr serve` has is asked for first. */
const NOT_FOUND = /404|api\/models/;

/** Resolves when the models that were not used yet are fetched, too; they are the last of what is kept. */
async function everythingKept({ page }: EnlargingPage): Promise<void> {
  const left = () =>
    page.evaluate(`(async () => {
      const models = await (await fetch('models/index.json')).json();
      const cache = await caches.open((await caches.keys())[0]);
      return models.length - (await cache.keys()).filter(({ url }) => url.includes('.safetensors?')).length;
    })()`);
  await expect.poll(left, { timeout: 60_000, interval: 500 }).toBe(0);
}

async function jpegFile(): Promise<GivenFile> {
  const { buffer } = await catFile('cat.png', 30, 20);
  return { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await sharp(buffer).jpeg().toBuffer() };
}

describeBrowser('the page as static files', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function serve(options: ServeOptions = {}, context: Pick<Browser, 'newPage'> = browser) {
    const mounts = { [`/${PATH}`]: 'dist/app' };
    const server = await serveFolder('examples', { mounts, ...options });
    return { ...server, page: await EnlargingPage.open(context, server.url + PATH) };
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

      await everythingKept(page);
      await close();
      await page.page.reload();
      await page.ready();
      await page.drop([await jpegFile()]);
      expect(await page.result('done')).toMatch(/^30×20 → 60×40/);
      expect(requests.filter((path) => !path.startsWith(`/${PATH}`))).toEqual([]);
    } finally {
      await close();
    }
  });

  it('works without a network after it was loaded once, on whatever it is to run', async () => {
    const context = await browser.newContext();
    // With a graphics card, the page takes the other build of ONNX Runtime, until the processor is chosen.
    await context.addInitScript('GPU.prototype.requestAdapter = async () => ({})');
    const { page, requests, close } = await serve({}, context);
    try {
      await everythingKept(page);
      expect(requests.some((path) => path.includes('.asyncify'))).toBe(true);
      await close();
      await page.more();
      await page.page.getByLabel('Runs on').selectOption('cpu');
      await page.drop([await jpegFile()]);
      expect(await page.result('done')).toMatch(/^30×20 → 60×40/);
    } finally {
      await close();
    }
  });

  it('takes what it has kept where the network is too slow', async () => {
    const { page, stall, close } = await serve({ isolated: false }, await browser.newContext());
    try {
      await everythingKept(page);
      stall();
      await page.page.reload();
      await page.ready();
      await page.drop([await jpegFile()]);
      expect(await page.result('done')).toMatch(/^30×20 → 60×40/);
    } finally {
      await close();
    }
  });

  it('leaves the address to another project that comes to stand there', async () => {
    const { page, url, close } = await serve({ isolated: false }, await browser.newContext());
    await everythingKept(page);
    await close();
    const folder = temporaryFolder();
    mkdirSync(join(folder, PATH, 'assets'), { recursive: true });
    writeFileSync(
      join(folder, PATH, 'index.html'),
      '<title>Other</title><script src="assets/other.js"></script>',
    );
    writeFileSync(join(folder, PATH, 'assets/other.js'), 'document.title += " project"');
    const other = await serveFolder(folder, { port: Number(new URL(url).port), isolated: false });
    try {
      await page.page.goto(url + PATH);
      expect(await page.page.title()).toBe('Other project');
      const left = `(async () => {
        const registrations = await navigator.serviceWorker.getRegistrations();
        const kept = await caches.match('assets/other.js');
        return [crossOriginIsolated, registrations.length, kept === undefined];
      })()`;
      expect(await page.page.evaluate(left)).toEqual([false, 0, true]);
    } finally {
      await other.close();
    }
  });

  it('lets nothing out, whatever headers the server sends', async () => {
    const { page, close } = await serve();
    try {
      const refused = `new Promise((resolve) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
        fetch('http://localhost:9/').catch(() => {});
      })`;
      expect(await page.page.evaluate(refused)).toBe('connect-src');
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
