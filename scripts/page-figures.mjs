// @ts-check
/**
 * Pictures of the pages, from the built ones (`npm run build`) in headless Chromium:
 *
 *   node scripts/page-figures.mjs [<folder> [<runs>]]
 *   node scripts/page-figures.mjs --all <folder> [<runs>]
 *
 * Writes page-desktop.png and page-phone.png (default: docs/figures), in fewer colours, to be small. With a folder of
 * trainings it writes page-training.png, too. With --all it writes every page on a desktop and a phone, in light and
 * dark, whole: to look at after the looks have changed.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { createServer } from '../dist/node/server/server.js';
import { launchChromium } from './chromium.mjs';

const all = process.argv[2] === '--all';
const [folder = 'docs/figures', runs] = process.argv.slice(all ? 3 : 2);

/** Zooming in here brings the left eye of the cat to the middle; in parts of the picture. */
const TOWARDS = { x: 0.32, y: 0.32 };

const DESKTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
};

/** @typedef {typeof DESKTOP & { name: string, colorScheme: 'light' | 'dark', fullPage?: boolean }} Look */

/** @type {Look[]} */
const FIGURES = [
  { name: 'page-desktop', ...DESKTOP, colorScheme: 'light' },
  { name: 'page-phone', ...PHONE, colorScheme: 'dark' },
];

/** @type {Look} */
const TRAINING = {
  name: 'page-training',
  viewport: { width: 1280, height: 1024 },
  deviceScaleFactor: 1,
  colorScheme: 'light',
};

const server = await createServer({ port: 0, device: 'cpu', ...(runs !== undefined && { runs }) });
const browser = await launchChromium();
for (const look of all ? everyLook('page') : FIGURES) await enlargingFigure(look);
if (runs !== undefined)
  for (const look of all ? everyLook('page-training') : [TRAINING]) await trainingFigure(look);
await browser.close();
await server.close(0);

/**
 * @param {string} name
 * @returns {Look[]}
 */
function everyLook(name) {
  return Object.entries({ desktop: DESKTOP, phone: PHONE }).flatMap(([screen, look]) =>
    /** @type {const} */ (['light', 'dark']).map((colorScheme) => ({
      name: `${name}-${screen}-${colorScheme}`,
      ...look,
      colorScheme,
      fullPage: true,
    })),
  );
}

/** @param {Look} look */
async function enlargingFigure({ name, fullPage = false, ...look }) {
  const page = await (await browser.newContext(look)).newPage();
  await page.goto(server.url);
  await page.setInputFiles('#files', 'examples/cat.png');
  await page.locator('#result[data-status=done]').waitFor({ timeout: 120_000 });
  await page.locator('.tag.after').waitFor();
  const viewer = await page.locator('#viewer').boundingBox();
  if (!viewer) throw new Error('the viewer is hidden');
  // A phone has no wheel that Playwright could turn.
  await page.locator('#viewer').dispatchEvent('wheel', {
    deltaY: -480,
    clientX: viewer.x + TOWARDS.x * viewer.width,
    clientY: viewer.y + TOWARDS.y * viewer.height,
  });
  await page.waitForTimeout(500);
  await save(name, page, fullPage);
}

/**
 * All runs of the folder in the same charts.
 *
 * @param {Look} look
 */
async function trainingFigure({ name, fullPage = false, ...look }) {
  /** @type {{ runs: { name: string }[] }} */
  const { runs } = JSON.parse(await (await fetch(`${server.url}api/runs`)).text());
  const shown = new URLSearchParams();
  for (const { name } of runs) shown.append('run', name);
  const page = await (await browser.newContext(look)).newPage();
  await page.goto(`${server.url}training.html#${shown}`);
  await page.locator('[data-chart=rate] canvas').waitFor();
  await page.waitForTimeout(1000);
  await save(name, page, fullPage);
}

/**
 * @param {string} name
 * @param {import('playwright-core').Page} page
 * @param {boolean} fullPage
 */
async function save(name, page, fullPage) {
  await sharp(await page.screenshot({ fullPage }))
    .png({ palette: true, effort: 10 })
    .toFile(join(folder, `${name}.png`));
}
