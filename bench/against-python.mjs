// @ts-check
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.mjs';

export const WIDTH = 2040;
export const HEIGHT = 1356;
const ROUNDS = 5;
const PER_ROUND = 3;

/**
 * Measures our work and a Python script's in turns and prints medians, megapixels per second and ratios.
 *
 * @param {string} title
 * @param {() => unknown} work
 * @param {string} script file name beside this one; prints one JSON object of lists of milliseconds
 */
export function compareWithPython(title, work, script) {
  /** @type {Record<string, number[]>} */
  const times = { sisr: [] };
  for (let i = 0; i < 3; i++) work(); // warm-up
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < PER_ROUND; i++) times.sisr?.push(timed(work));
    for (const [name, list] of Object.entries(runPython(script))) {
      const known = times[name] ?? [];
      known.push(...list);
      times[name] = known;
    }
  }
  report(title, times);
}

/** @param {() => unknown} work */
function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/**
 * @param {string} script
 * @returns {Record<string, number[]>}
 */
function runPython(script) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = [path, String(WIDTH), String(HEIGHT), String(PER_ROUND)];
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  console.error(
    `no comparison, ${script} failed: ${(stderr ?? '').trim().split('\n').at(-1) || 'no Python'}`,
  );
  console.error('(Debian: apt-get install python3-numpy python3-pil)');
  return {};
}

/**
 * @param {string} title
 * @param {Record<string, number[]>} times
 */
function report(title, times) {
  console.log(`${title}, ${WIDTH}×${HEIGHT} RGB, medians of ${ROUNDS * PER_ROUND}, taken in turns`);
  const ours = median(times.sisr ?? []);
  for (const [name, list] of Object.entries(times)) {
    const ms = median(list);
    const speed = (WIDTH * HEIGHT) / ms / 1000;
    console.log(
      `${name.padEnd(28)} ${ms.toFixed(1).padStart(8)} ms ${speed.toFixed(1).padStart(7)} megapixels/s ` +
        `${(ms / ours).toFixed(2).padStart(6)} × our time`,
    );
  }
}
