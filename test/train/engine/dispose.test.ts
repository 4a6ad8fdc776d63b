import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createTrainer } from '../../../src/node/create-trainer.ts';
import { tinyRcan } from '../../models/tiny.ts';
import { workerArguments } from '../../typescript-workers/arguments.ts';
import { openTrainer, randomBatch } from './trainers.ts';

/** What the end of the worker thread gives all calls. */
const GONE = 'the workspace was disposed';

it('ends the worker thread and whatever is asked of it afterwards', async () => {
  const trainer = await createTrainer(tinyRcan());
  await trainer.step(randomBatch(1));
  await trainer.dispose();
  await expect(trainer.step(randomBatch(1))).rejects.toThrow(GONE);
  await expect(trainer.stateDict()).rejects.toThrow(GONE);
  await trainer.dispose();
});

it.each([0, 50, 100, 150])('ends steps under way, after %i ms', async (wait) => {
  const trainer = await openTrainer(tinyRcan({ features: 32 }));
  const batch = randomBatch(1, 32, 32, 8);
  await trainer.step(batch);
  const steps = (async () => {
    for (;;) await trainer.step(batch);
  })();
  steps.catch(() => {});
  await setTimeout(wait);
  // Ended inside ONNX Runtime, the thread would take the process with it.
  await trainer.dispose();
  await expect(steps).rejects.toThrow(GONE);
});

it('may be forgotten: the process ends all the same', async () => {
  const script = fileURLToPath(new URL('./forgotten-trainer.js', import.meta.url));
  // A process that does not end is killed, and the call fails.
  const { stdout } = await promisify(execFile)(process.execPath, [...workerArguments, script], {
    timeout: 50_000,
  });
  expect(stdout).toBe('trained');
});
