// @ts-check
/**
 * Training pictures: the time until they are prepared, batches per second, and the share of time that a training
 * would wait for them.
 *
 *   npm run build && node bench/loading.mjs <folder> [workers, e.g. 0,1,2] [scale] [HR patch] [batch] [step in ms] [degradation]
 *
 * Default: 0, 1 and 2 workers, ×2, patches of 96×96, 16 in a batch, steps of 200 ms, BI. The cache is that of training,
 * so a second run shows what a second start takes.
 */
import { setTimeout } from 'node:timers/promises';
import { listTrainingPairs } from '../dist/node/training-data/list-pairs.js';
import { openTrainingData } from '../dist/node/training-data/open.js';

const [folder, workers = '0,1,2', scale = '2', patch = '96', batch = '16', step = '200', degradation = 'BI'] =
  process.argv.slice(2);
if (folder === undefined) throw new Error('expected a folder of pictures');
const SECONDS = 4;

const settings = {
  scale: Number(scale),
  degradation: /** @type {'BI' | 'BD' | 'DN' | 'photo'} */ (degradation),
};
const pairs = await listTrainingPairs({ kind: 'folders', hr: folder }, settings);
for (const count of workers.split(',').map(Number)) {
  const start = performance.now();
  const data = await openTrainingData({
    ...settings,
    pairs,
    patchSize: Number(patch),
    batchSize: Math.min(Number(batch), pairs.length),
    seed: 1,
    colors: 3,
    valueRange: 255,
    workers: count,
  });
  const prepared = (performance.now() - start) / 1000;
  const fast = await measure(data, 0, 0);
  const paused = await measure(data, fast.index, Number(step));
  await data.close();
  const rss = process.memoryUsage.rss() / 1024 ** 2;
  process.stdout.write(
    `${count} workers, ${pairs.length} pictures: ready after ${prepared.toFixed(1)} s; ` +
      `${fast.rate.toFixed(0)} batches per second; ` +
      `${(100 * paused.waiting).toFixed(2)} % waiting with steps of ${step} ms; ${rss.toFixed(0)} MiB\n`,
  );
}

/**
 * @param {import('../dist/node/training-data/open.js').TrainingData} data
 * @param {number} index
 * @param {number} pause
 */
async function measure(data, index, pause) {
  const [start, first, waited] = [performance.now(), index, data.waited];
  const elapsed = () => (performance.now() - start) / 1000;
  while (elapsed() < SECONDS) {
    await data.batch(index++);
    if (pause > 0) await setTimeout(pause);
  }
  return { index, rate: (index - first) / elapsed(), waiting: (data.waited - waited) / elapsed() };
}
