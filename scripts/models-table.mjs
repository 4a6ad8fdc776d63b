// @ts-check
/**
 * Brings the table of models in the README up to date with models/index.json.
 *
 *   node scripts/models-table.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('../dist/node/shipped-models.js').ShippedModel} Model */

const TABLE = /^\| model \| scale \|.*\n(?:\|.*\n)+/m;
const SETS = ['Set5', 'Set14', 'Kodak'];

/** @param {string} readme @returns {string} the same with today's table */
export function withModelsTable(readme) {
  if (!TABLE.test(readme)) throw new Error('README.md: expected a table that begins with | model | scale |');
  return readme.replace(TABLE, modelsTable());
}

function modelsTable() {
  /** @type {Model[]} */
  const models = JSON.parse(readFileSync('models/index.json', 'utf8'));
  const rows = models.map((model) => [
    `\`${model.name}\``,
    `×${model.scale}`,
    takenFor(model, models),
    `${(model.parameters / 1e6).toFixed(2)} M`,
    ...SETS.map((set) => scoreText(model.scores[set])),
  ]);
  const head = ['model', 'scale', 'taken for', 'parameters', ...SETS];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** @param {Model} model @param {Model[]} models */
function takenFor({ scale, degradation }, models) {
  if (degradation === 'photo') return 'JPEG, lossy WebP, AVIF';
  const alone = models.every((other) => other.scale !== scale || other.degradation !== 'photo');
  return alone ? 'all pictures' : 'PNG, TIFF, lossless WebP';
}

/** @param {{ psnr: number, ssim: number } | undefined} score */
function scoreText(score) {
  return score ? `${score.psnr.toFixed(2)} / ${score.ssim.toFixed(4)}` : '';
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync('README.md', withModelsTable(readFileSync('README.md', 'utf8')));
