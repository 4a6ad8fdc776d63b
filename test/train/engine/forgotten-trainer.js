/** A process that trains one step and forgets its trainer, for a test of whether it ends. */
import { register } from 'node:module';

register('../../typescript-workers/hooks.js', import.meta.url);
const { createTrainer } = await import('../../../src/node/create-trainer.ts');

const trainer = await createTrainer({ architecture: 'espcn' });
const pictures = (/** @type {number[]} */ ...dims) => ({
  dims,
  data: new Float32Array(dims.reduce((product, size) => product * size)).fill(0.5),
});
const { skipped } = await trainer.step({ input: pictures(1, 1, 8, 8), target: pictures(1, 1, 24, 24) });
process.stdout.write(skipped ? 'skipped' : 'trained');
