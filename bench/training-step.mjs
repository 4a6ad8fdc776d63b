// @ts-check
/**
 * Seconds and peak memory of one training step (forward, backward, Adam) against PyTorch, with as many threads. Both
 * processes are started, then take steps in turns, so that whatever else the machine does hits both.
 *
 *   npm run build && node bench/training-step.mjs [case …] [--steps 10] [--json]
 *
 * `--full`: seconds from the start of `sisr train` until the first step of the full RCAN ×2 with batch 16 begins and is
 * done, on pictures of noise.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePicture } from '../dist/node/index.js';
import { median } from './measure.mjs';

const threads = availableParallelism();

/** @typedef {ReturnType<typeof training>} Case */

/**
 * ×2 with 64 features and patches of 48×48, 96×96 enlarged.
 *
 * @param {'rcan' | 'san'} architecture
 * @param {number} residualGroups
 * @param {number} residualBlocks in each group
 * @param {number} batch
 */
function training(architecture, residualGroups, residualBlocks, batch) {
  return {
    title: `${architecture.toUpperCase()} ×2, ${residualGroups} groups of ${residualBlocks} blocks, batch ${batch}`,
    architecture,
    options: { scale: 2, residualGroups, residualBlocks, features: 64, reduction: 16 },
    batch,
    patch: 48,
  };
}

const CASES = new Map([
  ['small', training('rcan', 2, 4, 16)],
  ['full', training('rcan', 10, 20, 4)],
  ['san', training('san', 2, 2, 16)],
]);

/**
 * The most memory that a living process had at once, in bytes; Linux says it.
 *
 * @param {number | undefined} pid
 */
function peakOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A process that takes a step for every line it is sent, and answers each with a line of JSON. */
class Side {
  #process;
  #answers;

  /**
   * @param {string} command
   * @param {string} script file name beside this one
   * @param {Case} what
   */
  constructor(command, script, what) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const argument = JSON.stringify({ ...what, threads });
    this.#process = spawn(command, [path, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.on('error', () => {}); // The answers end.
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @returns {Promise<any>} */
  async answer() {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${this.#process.spawnfile} ended`);
    return JSON.parse(value);
  }

  /** @returns {Promise<number>} seconds */
  async step() {
    this.#process.stdin.write('\n');
    return (await this.answer()).seconds;
  }

  get peak() {
    return peakOf(this.#process.pid);
  }

  close() {
    this.#process.stdin.end();
  }
}

/** @param {Case} what */
const startOurs = (what) => new Side(process.execPath, 'training-step-sisr.mjs', what);

/** @param {Case} what */
async function startBoth(what) {
  const started = { sisr: startOurs(what), pytorch: new Side('/usr/bin/python3', 'training-step.py', what) };
  const versions = { sisr: (await started.sisr.answer()).version, pytorch: '' };
  try {
    versions.pytorch = (await started.pytorch.answer()).version;
    return { sides: started, versions };
  } catch {
    console.error('no comparison: no PyTorch (Debian: apt-get install python3-torch)');
    return { sides: { sisr: started.sisr }, versions };
  }
}

/**
 * @param {Case} what
 * @param {number} steps
 */
async function compare(what, steps) {
  const { sides, versions } = await startBoth(what);
  const results = Object.entries(sides).map(([name, side]) => ({
    name,
    side,
    version: versions[/** @type {keyof typeof versions} */ (name)],
    first: Number.NaN,
    /** @type {number[]} */
    seconds: [],
  }));
  for (const result of results) result.first = await result.side.step();
  for (let i = 0; i < steps; i++) for (const { side, seconds } of results) seconds.push(await side.step());
  return results.map(({ side, ...result }) => {
    const peak = side.peak;
    side.close();
    const { seconds } = result;
    return { ...result, median: median(seconds), minimum: Math.min(...seconds), peak };
  });
}

/** From the start of the process to the start and the end of the first step, in seconds, and its peak memory. */
async function timeToFirstStep() {
  const folder = await mkdtemp(join(tmpdir(), 'sisr-bench-'));
  try {
    for (let i = 0; i < 16; i++) await writeFile(join(folder, `${i}.png`), await noise(128));
    const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
    const options = '--recipe rcan --scale 2 --epochs 1 --test_every 1 --print_every 1 --json --hr .';
    const start = performance.now();
    const child = spawn(process.execPath, [cli, 'train', ...options.split(' ')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const seconds = new Map();
    for await (const line of createInterface({ input: child.stdout })) {
      const { event } = JSON.parse(line);
      seconds.set(event, (performance.now() - start) / 1000);
      if (event === 'step') break;
    }
    const peak = peakOf(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return { begun: seconds.get('start'), done: seconds.get('step'), peak };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param {number} side in pixels */
async function noise(side) {
  const data = Uint8Array.from({ length: 3 * side * side }, () => 256 * Math.random());
  return (await encodePicture({ width: side, height: side, channels: 3, data }, { format: 'png' })).bytes;
}

/** @param {number} bytes */
const mebibytes = (bytes) => `${Math.round(bytes / 1024 ** 2)} MiB`;

/**
 * @param {string} title
 * @param {Awaited<ReturnType<typeof compare>>} results
 */
function print(title, results) {
  console.log(title);
  const [ours] = results;
  for (const { version, first, median, minimum, peak } of results) {
    const ratio = ours ? median / ours.median : 1;
    console.log(
      `  ${version.padEnd(22)} ${median.toFixed(3)} s (least ${minimum.toFixed(3)}, first ${first.toFixed(1)}), ` +
        `${ratio.toFixed(2)} × our time, peak ${mebibytes(peak)}`,
    );
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
  },
});
const machine = { processor: cpus()[0]?.model, threads, node: process.version };
if (values.full) {
  const result = await timeToFirstStep();
  const { begun, done, peak } = result;
  if (values.json) console.log(JSON.stringify({ machine, ...result }));
  else
    console.log(
      `sisr train, the full RCAN ×2, batch 16: first step begun after ${begun.toFixed(1)} s and done after ` +
        `${done.toFixed(1)} s, peak ${mebibytes(peak)}`,
    );
} else {
  const chosen = positionals.length > 0 ? positionals : [...CASES.keys()];
  const cases = [];
  if (!values.json)
    console.log(`${machine.processor}, ${threads} threads, medians of ${values.steps} steps taken in turns`);
  for (const name of chosen) {
    const what = CASES.get(name);
    if (!what) throw new Error(`unknown case ${name}: expected ${[...CASES.keys()].join(', ')}`);
    const results = await compare(what, Number(values.steps));
    const [ours, theirs] = results;
    const ratio = ours && theirs ? theirs.median / ours.median : null;
    cases.push({ name, title: what.title, ratio, results });
    if (!values.json) print(what.title, results);
  }
  if (values.json) console.log(JSON.stringify({ machine, cases }));
}
