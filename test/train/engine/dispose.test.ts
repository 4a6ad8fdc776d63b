import { execFile } from 'node:child_process';
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

it('ends a step under way', async () => {
  const trainer = await openTrainer(tinyRcan());
  const step = trainer.step(randomBatch(1));
  step.catch(() => {});
  await trainer.dispose();
  await expect(step).rejects.toThrow(GONE);
});

it('may be forgotten: the process ends all the same', async () => {
  const script = fileURLToPath(new URL('./forgotten-trainer.js', import.meta.url));
  // A process that does not end is killed, and the call fails.
  const { stdout } = await promisify(execFile)(process.execPath, [...workerArguments, script], {
    timeout: 50_000,
  });
  expect(stdout).toBe('trained');
});
