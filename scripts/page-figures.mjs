// @ts-check
/**
 * The pictures of the page in the README, from the built page (`npm run build`) in headless Chromium:
 *
 *   node scripts/page-figures.mjs [<folder> [<runs>]]
 *
 * Writes page-desktop.png and page-phone.png (default: docs/figures), in fewer colours, to be small. With a folder of
 * trainings it writes page-training.png, too.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { createServer } from '../dist/node/server/server.js';
import { launchChromium } from './chromium.mjs';

const [, , folder = 'docs/figures', runs] = process.argv;

/** Zooming in here brings the left eye of the cat to the middle; in parts of the picture. */
const TOWARDS = { x: 0.32, y: 0.32 };

const FIGURES = /** @type {const} */ ([
  {
    name: 'page-desktop',
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    deviceScaleFactor: 1,
  },
  { name: 'page-phone', viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 1.5 },
]);

const server = await createServer({ port: 0, device: 'cpu', ...(runs !== undefined && { runs }) });
const browser = await launchChromium();
for (const { name, ...look } of FIGURES) {
  const page = await (await browser.newContext(look)).newPage();
  await page.goto(server.url);
  await page.setInputFiles('#files', 'examples/cat.png');
  await page.locator('#result[data-status=done]').waitFor({ timeout: 120_000 });
  await page.locator('.tag.after').waitFor();
  const viewer = await page.locator('#viewer').boundingBox();
  if (!viewer) throw new Error('the viewer is hidden');
  await page.mouse.move(viewer.x + TOWARDS.x * viewer.width, viewer.y + TOWARDS.y * viewer.height);
  await page.mouse.wheel(0, -480);
  await page.waitForTimeout(500);
  await save(name, page);
}
if (runs !== undefined) await trainingFigure();
await browser.close();
await server.close(0);

/** All runs of the folder in the same charts. */
async function trainingFigure() {
  /** @type {{ runs: { name: string }[] }} */
  const { runs } = JSON.parse(await (await fetch(`${server.url}api/runs`)).text());
  const shown = new URLSearchParams();
  for (const { name } of runs) shown.append('run', name);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1024 } });
  await page.goto(`${server.url}training.html#${shown}`);
  await page.locator('[data-chart=rate] canvas').waitFor();
  await page.waitForTimeout(1000);
  await save('page-training', page);
}

/**
 * @param {string} name
 * @param {import('playwright-core').Page} page
 */
async function save(name, page) {
  await sharp(await page.screenshot())
    .png({ palette: true, effort: 10 })
    .toFile(join(folder, `${name}.png`));
}
