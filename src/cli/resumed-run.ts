/** The run that a training goes on with: its options, and what may change of them. */
import { join } from 'node:path';
import { latestRun } from '../node/run-latest.ts';
import { LATEST, runName } from '../node/run-name.ts';
import { readOptions } from '../node/run-records.ts';
import { readProgress } from '../node/run-state.ts';
import { describeOptions } from '../train/describe-options.ts';
import { TRAINING_DEFAULTS, type TrainingOptions } from '../train/options.ts';
import type { TrainingProgress } from '../train/run.ts';
import { learningRate } from '../train/schedule.ts';
import { UsageError } from './failure.ts';
import type { TrainCommandOptions } from './train-command-options.ts';
import { trainingStart } from './train-options.ts';

export interface ResumedRun {
  readonly name: string;
  /** The options on its command line. */
  readonly given: TrainCommandOptions;
  /** What they came to. */
  readonly options: TrainingOptions;
  /** Undefined where it was killed before its first checkpoint. */
  readonly progress: TrainingProgress | undefined;
}

/** Settings that belong to a start and not to the training. */
const OF_A_START = new Set(['run', 'start', 'machine', 'saved', 'length']);

/** The run that is to go on; undefined where a new one begins. @throws {InputError} where there is no such run */
export async function resumedRun(now: TrainCommandOptions): Promise<ResumedRun | undefined> {
  const start = trainingStart(now);
  if (start.kind !== 'resume') return undefined;
  const root = now.runs ?? TRAINING_DEFAULTS.runs;
  const name = start.run === LATEST ? ((await latestRun(root)) ?? start.run) : runName(start.run);
  const { given = {}, ...options } = await readOptions(join(root, name));
  return {
    name,
    given: given as TrainCommandOptions,
    options: options as unknown as TrainingOptions,
    progress: await readProgress(join(root, name)),
  };
}

/**
 * Compares what a run was with what it is to be, and says what differs.
 *
 * @throws {UsageError} for another network or optimiser, or epochs of another length, and where nothing is left to do
 */
export function checkResumed({ name, options: before, progress }: ResumedRun, now: TrainingOptions): void {
  const rows = new Map(describeOptions(before));
  for (const [title, text] of describeOptions(now)) {
    const was = rows.get(title);
    if (was === text || OF_A_START.has(title)) continue;
    if (title === 'network')
      throw new UsageError(`${name}: a run keeps its network: expected ${was}, found ${text}`);
    process.stderr.write(`warning: changed since the run began: ${title}: ${text} (it was: ${was})\n`);
  }
  const [kept, found] = [before.optimizer.name, now.optimizer.name];
  if (kept !== found)
    throw new UsageError(
      `${name}: a run keeps its optimiser, as another cannot go on with its moments: expected ${kept}, found ${found}; ` +
        'a new run with --pre_train may have another',
    );
  if (before.stepsPerEpoch !== now.stepsPerEpoch)
    throw new UsageError(
      `${name}: a run keeps the length of its epochs: expected --test_every ${before.stepsPerEpoch}, found ${now.stepsPerEpoch}`,
    );
  const { start } = now;
  const done = start.kind === 'resume' && start.epoch !== 'latest' ? start.epoch : (progress?.epoch ?? 0);
  if (done >= now.epochs) {
    throw new UsageError(
      `${name}: nothing is left to do: ${done} of ${now.epochs} epochs are done; give a larger --epochs to go on`,
    );
  }
  warnOfRise(before, now, done * now.stepsPerEpoch);
}

/** A rise of the learning rate that is worth a word. */
const RISE = 10;

/** A longer cosine is higher at the same step: without a warm-up it can undo what was learnt at the lowest rates. */
function warnOfRise(before: TrainingOptions, now: TrainingOptions, step: number): void {
  const [was, is] = [before, now].map(({ schedule, stepsPerEpoch }) =>
    learningRate(schedule, step, stepsPerEpoch),
  ) as [number, number];
  if (is <= RISE * was) return;
  const text = (rate: number) => String(Number(rate.toPrecision(2)));
  process.stderr.write(
    `warning: the learning rate rises from ${text(was)} to ${text(is)} at once, which may undo what was learnt: --lr ` +
      'lowers it, and a new run with --pre_train and --warmup rises slowly\n',
  );
}
