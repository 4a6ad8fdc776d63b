// @ts-check
/**
 * Light RCANs of several option sets, each trained for as many minutes, compared by PSNR on validation pictures and
 * by what they cost: parameters, the time of a training step and that of enlarging a picture of 256×256.
 *
 *   npm run build && node bench/option-sets.mjs --hr DIR --val-hr DIR [--minutes 5] [--runs DIR] [set …]
 *
 * A set is written groups×blocks×features, such as 3x4x32. Prints a table in Markdown; the runs are kept.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { elementCount, readCheckpoint } from '../dist/index.js';
import { loadNetwork } from '../dist/node/index.js';
import { medianSeconds } from './measure.mjs';

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const DEFAULT_SETS = ['3x4x32', '4x5x32', '2x4x48', '2x2x64'];
const SCALE = 2;
const PATCH = 24;
/** Steps that tell the time of one; the first half, in which programs are compiled, does not count. */
const PROBE_STEPS = 80;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hr: { type: 'string' },
    'val-hr': { type: 'string' },
    minutes: { type: 'string', default: '5' },
    runs: { type: 'string', default: 'runs/option-sets' },
  },
});
if (!values.hr || !values['val-hr']) throw new Error('give --hr and --val-hr, folders of pictures');

/**
 * Trains along a cosine that ends with the last step.
 *
 * @param {string} set
 * @param {string} name of the run
 * @param {number} steps
 * @param {string[]} more options
 * @returns {{ events: any[], model: string }}
 */
function train(set, name, steps, ...more) {
  const [groups = '', blocks = '', features = ''] = set.split('x');
  const network = [
    '--n_resgroups',
    groups,
    '--n_resblocks',
    blocks,
    '--n_feats',
    features,
    '--reduction',
    '8',
  ];
  const schedule = [
    '--lr',
    '1e-3',
    '--decay_type',
    'cosine',
    '--warmup',
    '50',
    '--min-lr',
    '1e-6',
    '--ema',
    '0.999',
  ];
  const length = ['--epochs', '1', '--test_every', String(steps), '--print_every', String(PROBE_STEPS / 2)];
  const data = ['--hr', String(values.hr), '--scale', String(SCALE), '--patch_size', String(SCALE * PATCH)];
  const run = ['--model', 'RCAN', '--runs', values.runs, '--name', name];
  const args = [CLI, 'train', ...run, ...network, ...data, ...schedule, ...length, ...more];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`training ${set} ended with ${status}`);
  const folder = join(values.runs, 'latest');
  const metrics = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return { events: metrics.map((line) => JSON.parse(line)), model: join(folder, 'model', 'model_latest.pt') };
}

/** @param {string} set */
function stepSeconds(set) {
  const { events } = train(set, `${set}-probe`, PROBE_STEPS);
  const times = events.filter(({ event }) => event === 'step').map(({ time }) => Date.parse(time));
  const [half = Number.NaN, end = Number.NaN] = times.slice(-2);
  return (end - half) / 1000 / (PROBE_STEPS / 2);
}

/**
 * Seconds for a picture of 256×256.
 *
 * @param {string} model
 */
async function enlarging(model) {
  const network = await loadNetwork(model);
  const side = 256;
  const picture = {
    width: side,
    height: side,
    channels: /** @type {const} */ (3),
    data: new Uint8Array(3 * side * side).fill(128),
  };
  await network.upscale(picture);
  const seconds = await medianSeconds(7, () => network.upscale(picture));
  await network.dispose();
  return seconds;
}

/** @param {string} model */
function parameterCount(model) {
  const tensors = readCheckpoint(readFileSync(model));
  let count = 0;
  for (const { dims } of tensors.values()) count += elementCount(dims);
  return count;
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores; ${values.minutes} minutes of training each\n`);
console.log(
  '| groups × blocks × features | parameters | 256² → 512² | training step | steps | PSNR (bicubic) |',
);
console.log('|---|---|---|---|---|---|');
for (const set of positionals.length > 0 ? positionals : DEFAULT_SETS) {
  const step = stepSeconds(set);
  const steps = Math.round((Number(values.minutes) * 60) / step);
  const { events, model } = train(set, set, steps, '--val-hr', values['val-hr']);
  const { psnr, bicubic } = events.find(({ event }) => event === 'eval');
  const parameters = parameterCount(model);
  const seconds = await enlarging(model);
  const cells = [
    set.replaceAll('x', ' × '),
    parameters.toLocaleString('en'),
    `${seconds.toFixed(2)} s`,
    `${(1000 * step).toFixed(0)} ms`,
    steps,
    `${psnr.toFixed(3)} (${bicubic.toFixed(3)})`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
