// @ts-check
/**
 * Puts the model of a finished training run into models/: the weights, the plot of its validation, a card, and its
 * entry in models/index.json and in the README's table, with PSNR and SSIM measured on the benchmarks.
 *
 *   npm run build
 *   node scripts/ship-model.mjs RUN NAME --summary "…" --benchmarks DIR --kodak DIR
 *
 * RUN           the run's folder; its last weights (the average, model_latest) are taken
 * NAME          what -m calls the model
 * --benchmarks  a folder with HR/<set>/x<scale> and LR/LRBI/<set>/x<scale>, as RCAN's test code has it
 * --kodak       a folder of pictures of which LR is made by BI
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { withModelsTable } from './models-table.mjs';

const RECIPE_LOSS = '1*L1';

const text = /** @type {const} */ ({ type: 'string' });
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { summary: text, benchmarks: text, kodak: text },
});
const [run, name] = positionals;
const { summary, benchmarks, kodak } = values;
if (!run || !name || !summary || !benchmarks || !kodak)
  throw new Error('expected a run, a name, --summary, --benchmarks and --kodak');

const file = `models/${name}.safetensors`;
sisr('convert', join(run, 'model', 'model_latest.pt'), file, '--float16', '--overwrite');
copyFileSync(join(run, 'psnr.svg'), `models/${name}.svg`);

/** @type {any} */
const options = JSON.parse(readFileSync(join(run, 'options.json'), 'utf8'));
const events = eventsOf(run);
const { architecture, scale, parameters } = JSON.parse(sisr('inspect', file, '--json'));
const scores = Object.fromEntries(
  [
    ...['Set5', 'Set14'].map((set) => /** @type {const} */ ([set, benchmark(set)])),
    /** @type {const} */ (['Kodak', { hr: kodak, lr: undefined }]),
  ].flatMap(([set, folders]) => (folders ? [[set, score(folders)]] : [])),
);
const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
const entry = {
  name,
  architecture,
  scale,
  parameters,
  degradation: options.data.degradation,
  scores,
  data: 'CID22-512, CLIC 2025 and free wallpapers (CC BY-SA 4.0, Unsplash, CC0, CC BY 4.0)',
  summary,
  sha256,
};
writeIndex(entry);
writeFileSync(`models/${name}.md`, card());
writeFileSync('README.md', withModelsTable(readFileSync('README.md', 'utf8')));

/** @param {string[]} args */
function sisr(...args) {
  const stdio = /** @type {['ignore', 'pipe', 'inherit']} */ (['ignore', 'pipe', 'inherit']);
  return execFileSync(process.execPath, ['dist/cli/main.js', ...args], { encoding: 'utf8', stdio });
}

/**
 * The folders of a benchmark at this scale, where there are any.
 *
 * @param {string} set
 */
function benchmark(set) {
  const hr = join(String(benchmarks), 'HR', set, `x${scale}`);
  const lr = join(String(benchmarks), 'LR', 'LRBI', set, `x${scale}`);
  return existsSync(hr) && existsSync(lr) ? { hr, lr } : undefined;
}

/**
 * @param {{ hr: string, lr: string | undefined }} folders
 * @returns {{ psnr: number, ssim: number }} means on Y, protocol rcan-matlab
 */
function score({ hr, lr }) {
  const pairs = lr === undefined ? [] : ['--lr', lr];
  const found = sisr('eval', '-m', file, '--hr', hr, ...pairs, '--scale', String(scale), '--json');
  const { psnr, ssim } = JSON.parse(found).mean;
  return { psnr: Number(psnr.toFixed(3)), ssim: Number(ssim.toFixed(5)) };
}

/** @param {typeof entry} added */
function writeIndex(added) {
  const index = 'models/index.json';
  const others = JSON.parse(readFileSync(index, 'utf8'));
  const models = [...others.filter((/** @type {{ name: string }} */ other) => other.name !== name), added];
  models.sort((a, b) => a.degradation.localeCompare(b.degradation) || a.scale - b.scale);
  writeFileSync(index, `${JSON.stringify(models, undefined, 2)}\n`);
}

/** The model card. */
function card() {
  const { network, data, batch, patch, schedule, ema } = options;
  const { residualGroups, residualBlocks, features, reduction, valueRange } = network;
  const evals = events.filter(({ event }) => event === 'eval');
  const last = evals.at(-1);
  const earlier = runsBefore(String(run));
  const commands = [...earlier, String(run)].map(commandsOf).join('\n');
  const [first = '', ...later] = commandsOf(String(run))
    .split('\n')
    .map((line) => /--loss '?([^\s']+)/.exec(line)?.[1]);
  const given = [first || RECIPE_LOSS, ...later.filter((loss) => loss !== undefined)];
  const losses = given.filter((loss, i) => loss !== given[i - 1]);
  const counts = pictureCounts();
  const machine = JSON.parse(readFileSync(join(String(run), 'versions.json'), 'utf8')).at(-1);
  const rows = Object.entries({
    architecture: `RCAN ×${scale}: ${residualGroups} residual groups of ${residualBlocks} blocks, ${features} features, reduction ${reduction}, value range 0–${valueRange}; ${parameters.toLocaleString('en')} parameters`,
    'LR made by':
      data.degradation === 'photo'
        ? '`photo`: mild blur, noise and JPEG, drawn anew for every patch'
        : '`BI`: MATLAB’s bicubic',
    'training data': `the ${counts.training} pictures of [docs/training-pictures.md](../docs/training-pictures.md); the licences of each are in the list there`,
    ...(earlier.length > 0 && {
      'begun from': earlier
        .map((each) => `\`${basename(each)}\` (${stepsOf(eventsOf(each))} steps)`)
        .join(', then '),
    }),
    training: `${stepsOf(events)} Adam steps of ${batch} LR patches of ${patch / scale}×${patch / scale}, ${losses.join(', then ')}, learning rate ${schedule.learningRate} along a cosine, moving average ${ema}`,
    time: `${hours(trainingSeconds())} on ${machine.cpu.cores} cores of an ${machine.cpu.model}`,
    ...Object.fromEntries(
      Object.entries(scores).map(([set, { psnr, ssim }]) => [
        set === 'Kodak' ? 'Kodak (8 of 24)' : set,
        `${psnr.toFixed(2)} / ${ssim.toFixed(4)}`,
      ]),
    ),
    file: `\`${name}.safetensors\`, float16, official PyTorch key names`,
    'SHA-256': `\`${sha256}\``,
  });
  const table = rows.map(([key, value]) => `| ${key} | ${value} |`).join('\n');
  return `# ${name}

<!-- Written by scripts/ship-model.mjs. -->

${summary}

| | |
|---|---|
${table}

Set5, Set14 and Kodak: PSNR in dB / SSIM on Y, protocol \`rcan-matlab\`, whole pictures, LR by \`BI\`.

The commands, after the pictures were made as [docs/training-pictures.md](../docs/training-pictures.md) says:

\`\`\`sh
${commands}
\`\`\`

![PSNR on the validation pictures during the training](${name}.svg)

On the ${counts.validation} validation pictures, with LR by \`${data.degradation}\`, it ended with ${last.psnr.toFixed(2)} dB (Y, \`edsr-benchmark\`); bicubic has ${last.bicubic.toFixed(2)} dB.
`;
}

/**
 * @param {string} folder of a run
 * @returns {any[]}
 */
function eventsOf(folder) {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** @param {any[]} events */
function stepsOf(events) {
  return Math.max(...events.map(({ step }) => step ?? 0)).toLocaleString('en');
}

/** @param {string} folder of a run */
function commandsOf(folder) {
  return readFileSync(join(folder, 'command.txt'), 'utf8').trim();
}

/**
 * The runs beside this one that it goes back to by `--pre_train`, the first one first.
 *
 * @param {string} folder of a run
 * @returns {string[]}
 */
function runsBefore(folder) {
  const model = /--pre_train '?([^\s']+)/.exec(commandsOf(folder))?.[1];
  const before = model && join(dirname(folder), basename(dirname(dirname(model))));
  return before && existsSync(join(before, 'command.txt')) ? [...runsBefore(before), before] : [];
}

/** How many pictures of the list are for what. */
function pictureCounts() {
  const rows = readFileSync('docs/training-pictures.csv', 'utf8').trim().split('\n').slice(1);
  const validation = rows.filter((row) => row.split(',')[1] === 'validation').length;
  return { validation, training: rows.length - validation };
}

/** Seconds between the first and the last event of every start of the run, which may have been killed. */
function trainingSeconds() {
  let seconds = 0;
  let before = Number.NaN;
  for (const { event, time } of events) {
    const now = Date.parse(time) / 1000;
    if (event !== 'start') seconds += now - before;
    before = now;
  }
  return seconds;
}

/** @param {number} seconds */
function hours(seconds) {
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
