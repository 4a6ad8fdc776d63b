// @ts-check
/** What several benches measure with. */
import { spawnSync } from 'node:child_process';

/** The process itself says at its end how much memory it had at most. Workers, which run this, too, say nothing. */
const REPORT = `import { isMainThread } from 'node:worker_threads';
if (isMainThread)
  process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS * 1024));`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(REPORT)}`;

/**
 * Runs `sisr upscale` and prints what it says.
 *
 * @param {string[]} args
 * @returns {{ peak: number, seconds: number, status: number }} `peak`: the most memory (RSS) that it had, in MiB
 */
export function measureUpscale(args) {
  const node = ['--import', PRELOAD, 'dist/cli/main.js', 'upscale', ...args];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`${stderr.replace(/peak \d+$/, '')}${stdout}`);
  const peak = Math.round(Number(/peak (\d+)$/.exec(stderr)?.[1]) / 1024 ** 2);
  return { peak, seconds, status: status ?? 1 };
}

/**
 * The median of several runs, in seconds.
 *
 * @param {number} runs
 * @param {() => Promise<unknown>} work that has been done once before, to warm up
 */
export async function medianSeconds(runs, work) {
  const seconds = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

/** @param {number[]} list */
export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
