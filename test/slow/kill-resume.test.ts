/** A training that is killed again and again takes the same steps as one that is not. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runCli, temporaryFolder } from '../cli/run.ts';
import { killed, losses, type Moment, tinyTraining, trainingPictures } from '../cli/training.ts';
import { randomSource } from '../formats/mutate.ts';

const KILLS = 20;
const folder = temporaryFolder();
const work = join(folder, 'work');
const runs = join(work, 'runs');
const run = join(runs, 'killed');
const random = randomSource(5);
let training: string[] = [];

beforeAll(async () => {
  mkdirSync(work);
  // A checkpoint after every second step: most kills hit near one.
  training = [...tinyTraining(await trainingPictures(folder)), '--epochs', '150', '--test_every', '2'];
  expect(runCli([...training, '--name', 'whole'], { cwd: work }).status).toBe(0);
}, 300_000);

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** While a state is being written: its temporary file is there. */
const duringCheckpoint: Moment = async (_, ended) => {
  const writing = () => existsSync(run) && readdirSync(run).some((name) => /state.*\.tmp$/.test(name));
  while (!ended.aborted && !writing()) await later(0);
};

it(`is the same after ${KILLS} kills at random moments, some while a checkpoint is written`, async () => {
  const command = () => (existsSync(run) ? ['train', '--load', 'killed'] : [...training, '--name', 'killed']);
  for (let i = 0; i < KILLS; i++) {
    const atRandom: Moment = () => later(600 + 900 * random());
    expect(await killed(command(), work, i % 4 === 3 ? duringCheckpoint : atRandom)).toBe(true);
  }
  const { status, stderr } = runCli(command(), { cwd: work });
  expect(stderr).not.toMatch(/error/);
  expect(status).toBe(0);
  expect(losses(run)).toEqual(losses(join(runs, 'whole')));
}, 600_000);
