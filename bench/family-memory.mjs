// @ts-check
/**
 * Peak memory (RSS) and time of `sisr upscale` with a full-size network of random weights.
 *
 *   npm run build && node bench/family-memory.mjs <architecture> [width] [height] [scale] [more options of upscale]
 *
 * Default: a 510×340 picture ×4 at once (--tile off), as in DIV2K's ×4 validation set.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ARCHITECTURES, writeSafetensors } from '../dist/index.js';
import { networkMetadata } from '../dist/models/metadata.js';
import { initialState } from '../dist/nn/block.js';
import { seededRandom } from '../dist/random.js';
import { measureUpscale } from './measure.mjs';

const [id = 'san', width = '510', height = '340', scale = '4', ...more] = process.argv.slice(2);
const options = more.length > 0 ? more : ['--tile', 'off'];
const folder = mkdtempSync(join(tmpdir(), 'sisr-memory-'));
try {
  const model = join(folder, `${id}.safetensors`);
  writeFileSync(model, randomNetwork(id, Number(scale)));
  const input = join(folder, 'picture.png');
  await sharp('examples/cat.png').resize(Number(width), Number(height), { fit: 'fill' }).toFile(input);
  const { peak, seconds, status } = measureUpscale(['-m', model, input, '-s', scale, ...options]);
  process.stdout.write(
    `${id}, ${width}×${height} ×${scale}, ${options.join(' ')}: peak ${peak} MiB, ${seconds.toFixed(0)} s\n`,
  );
  process.exitCode = status;
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * A checkpoint of the network with the default options. PyTorch's initial weights shrink what passes through, so
 * deep networks stay finite; the gammas, which begin at 0 and would switch attention off, are 0.1 here.
 *
 * @param {string} id
 * @param {number} scale
 */
function randomNetwork(id, scale) {
  const architecture = ARCHITECTURES.find((known) => known.id === id);
  if (!architecture) throw new Error(`unknown architecture ${id}`);
  const all = { ...architecture.defaults, scale };
  const state = initialState(architecture.build(all), seededRandom(1).uniform);
  for (const [key, { data }] of state) if (/gamma$|\.W\.weight$/.test(key)) data.fill(0.1);
  return writeSafetensors(state, { metadata: networkMetadata(id, all) });
}
