// @ts-check
/**
 * The same picture and model in Node and in Chromium (WebAssembly with threads and without), and beside them
 * UpscalerJS with its default model in the same browser; with a benchmark folder also PSNR on Set5 ×2.
 * UpscalerJS is installed from the registry into a temporary folder.
 *
 *   npm run build && node bench/browser.mjs [benchmark folder with HR/ and LR/] [--runs 5] [--webgl]
 *
 * --webgl also measures UpscalerJS on the backend that it chooses by itself.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { psnr } from '../dist/index.js';
import { loadNetwork, readPicture, shippedModelPath, shippedModels } from '../dist/node/index.js';
import { launchChromium } from '../scripts/chromium.mjs';

/** @typedef {{ seconds: number, image: import('../dist/index.js').Image }} Enlarged */
/** @typedef {(file: string) => Promise<Enlarged>} Enlarge */

const PICTURE = 'examples/cat.png';
const UPSCALERJS = { upscaler: '1.0.0', '@upscalerjs/default-model': '1.0.0', '@tensorflow/tfjs': '4.11.0' };
const WASM_BACKEND = { '@tensorflow/tfjs-backend-wasm': '4.11.0' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, webgl: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
const [benchmark] = positionals;
const model = shippedModels().find(({ scale }) => scale === 2);
if (!model) throw new Error('no model for ×2 ships');
const weights = shippedModelPath(model);
const folder = mkdtempSync(join(tmpdir(), 'sisr-bench-'));
const browser = await launchChromium();

try {
  console.log(
    `${PICTURE} ×2, best of ${runs} runs, ${availableParallelism()} cores, Chromium ${browser.version()}\n`,
  );
  console.log(
    '| | seconds | times as long as Node | Set5 ×2, PSNR on Y | Set5, seconds |\n|---|---|---|---|---|',
  );
  const inNode = await row(
    `${model.name}, Node`,
    enlargeInNode(await loadNetwork(weights, { device: 'cpu' })),
  );
  const page = await openPage('bench/pages/sisr');
  for (const threads of [availableParallelism(), 1]) {
    const facts = await call(page, 'open', dataUrl(weights), { device: 'cpu', threads });
    await row(`${model.name}, Chromium, ${facts.threads} thread(s)`, enlargeInPage(page), inNode);
  }
  await page.close();
  const upscalerJs = installUpscalerJs();
  // Without a graphics card its own choice is WebGL on the processor, which is far slower than WebAssembly.
  for (const wanted of ['wasm', ...(values.webgl ? [undefined] : [])]) {
    const other = await openPage(upscalerJs);
    const { backend } = await call(other, 'open', wanted);
    const versions = `UpscalerJS ${UPSCALERJS.upscaler}, default model, TensorFlow.js ${UPSCALERJS['@tensorflow/tfjs']}`;
    await row(`${versions} on ${backend}, Chromium`, enlargeInPage(other), inNode);
    await other.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(); // Vite's servers go on otherwise.

/**
 * Measures and prints one line of the table.
 * @param {string} title
 * @param {Enlarge} enlarge
 * @param {number} [reference] seconds
 */
async function row(title, enlarge, reference) {
  await enlarge(PICTURE);
  const times = [];
  for (let i = 0; i < runs; i++) times.push((await enlarge(PICTURE)).seconds);
  const seconds = Math.min(...times);
  const ratio = (seconds / (reference ?? seconds)).toFixed(2);
  const set = benchmark === undefined ? ['–', '–'] : await scores(benchmark, enlarge);
  console.log(`| ${[title, seconds.toFixed(2), ratio, ...set].join(' | ')} |`);
  return seconds;
}

/**
 * @param {string} root
 * @param {Enlarge} enlarge
 */
async function scores(root, enlarge) {
  let sum = 0;
  let time = 0;
  const names = readdirSync(join(root, 'HR/Set5/x2')).map((file) => file.replace('_HR_x2.png', ''));
  for (const name of names) {
    const { image: hr } = await readPicture(join(root, `HR/Set5/x2/${name}_HR_x2.png`));
    const { image, seconds } = await enlarge(join(root, `LR/LRBI/Set5/x2/${name}_LRBI_x2.png`));
    sum += psnr(withoutAlpha(image), hr, { protocol: 'rcan-matlab', scale: 2 });
    time += seconds;
  }
  return [`${(sum / names.length).toFixed(2)} dB`, time.toFixed(2)];
}

/**
 * @param {Awaited<ReturnType<typeof loadNetwork>>} network
 * @returns {Enlarge}
 */
function enlargeInNode(network) {
  return async (file) => {
    const picture = await readPicture(file);
    const start = performance.now();
    const image = await network.upscale(picture.image);
    return { seconds: (performance.now() - start) / 1000, image };
  };
}

/**
 * @param {import('playwright-core').Page} page
 * @returns {Enlarge}
 */
function enlargeInPage(page) {
  return async (file) => {
    const { seconds, samples, ...size } = await call(page, 'enlarge', dataUrl(file));
    return { seconds, image: { ...size, data: Uint8Array.from(samples) } };
  };
}

/**
 * Builds a page and opens it, isolated from other origins so that it may use threads.
 * @param {string} root
 */
async function openPage(root) {
  const outDir = mkdtempSync(join(folder, 'page-'));
  const common = {
    root,
    configFile: /** @type {false} */ (false),
    logLevel: /** @type {'error'} */ ('error'),
  };
  // TensorFlow.js's threads do not survive the shortening of names.
  await build({ ...common, build: { outDir, emptyOutDir: true, target: 'es2022', minify: false } });
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const server = await preview({ ...common, build: { outDir }, preview: { headers } });
  const page = await browser.newPage();
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.waitForFunction('globalThis.enlarge !== undefined');
  return page;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {...unknown} args
 */
function call(page, name, ...args) {
  return page.evaluate(`${name}(...${JSON.stringify(args)})`);
}

/** The folder of a page that uses UpscalerJS. */
function installUpscalerJs() {
  const root = join(folder, 'upscalerjs');
  cpSync('bench/pages/upscalerjs', root, { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }');
  const packages = Object.entries({ ...UPSCALERJS, ...WASM_BACKEND }).map(
    ([name, version]) => `${name}@${version}`,
  );
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], {
    cwd: root,
  });
  cpSync(join(root, 'node_modules/@upscalerjs/default-model/models'), join(root, 'public/models'), {
    recursive: true,
  });
  const wasm = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const file of readdirSync(wasm).filter((name) => name.endsWith('.wasm')))
    cpSync(join(wasm, file), join(root, 'public/wasm', file));
  return root;
}

/** @param {string} file */
function dataUrl(file) {
  return `data:application/octet-stream;base64,${readFileSync(file).toString('base64')}`;
}

/**
 * @param {import('../dist/index.js').Image} image
 * @returns {import('../dist/index.js').Image}
 */
function withoutAlpha({ width, height, channels, data }) {
  if (channels === 3) return { width, height, channels, data };
  const colours = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => data[4 * Math.floor(i / 3) + (i % 3)] ?? 0,
  );
  return { width, height, channels: 3, data: colours };
}
