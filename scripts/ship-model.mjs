// @ts-check
/**
 * Puts a checkpoint into models/ and brings models/index.json up to date.
 *
 *   node scripts/ship-model.mjs <checkpoint> <name> --summary "…" --data "…" --set5 36.95 --set14 32.65
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { summary: text, data: text, set5: text, set14: text },
});
const [checkpoint, name] = positionals;
if (!checkpoint || !name) throw new Error('expected a checkpoint and a name');

const file = `models/${name}.safetensors`;
const sisr = (/** @type {string[]} */ ...args) =>
  execFileSync(process.execPath, ['dist/cli/main.js', ...args], { encoding: 'utf8' });
sisr('convert', checkpoint, file, '--overwrite');
const { architecture, scale, parameters } = JSON.parse(sisr('inspect', file, '--json'));

const entry = {
  name,
  architecture,
  scale,
  parameters,
  psnr: { Set5: Number(values.set5), Set14: Number(values.set14) },
  data: values.data,
  summary: values.summary,
  sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
};
const index = 'models/index.json';
const others = existsSync(index) ? JSON.parse(readFileSync(index, 'utf8')) : [];
const models = [...others.filter((/** @type {{ name: string }} */ other) => other.name !== name), entry];
writeFileSync(index, `${JSON.stringify(models, undefined, 2)}\n`);
