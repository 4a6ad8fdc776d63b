import { join } from 'node:path';
import type { Command } from 'commander';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import { createRunDirectory } from '../../node/run-directory.ts';
import { runName } from '../../node/run-name.ts';
import { type OpenTraining, openTraining, runTraining } from '../../node/training.ts';
import { describeOptions } from '../../train/describe-options.ts';
import { formatEvent } from '../../train/metrics.ts';
import { ENDLESS_EPOCHS, type TrainingOptions, type TrainingStart } from '../../train/options.ts';
import type { RunDirectory, TrainingState } from '../../train/run.ts';
import { asUsage, EXIT } from '../failure.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { modelText } from '../model-text.ts';
import { duration, startProgress } from '../progress.ts';
import { checkResumed, resumedRun } from '../resumed-run.ts';
import { say } from '../say.ts';
import { addTrainOptions, type TrainCommandOptions } from '../train-command-options.ts';
import { beginningOf } from '../train-network.ts';
import { goesOn, type ResolvedTraining, resolveTrainOptions, resumedOptions } from '../train-options.ts';
import { type TrainDisplay, trainDisplay } from '../train-watcher.ts';
import { serveWatchPage, type WatchPage } from '../watch-page.ts';

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description("train a network, with the original program's options or sisr's own");
  addTrainOptions(command).action(run);
}

async function run(now: TrainCommandOptions): Promise<void> {
  const resumed = await resumedRun(now);
  const parsed = resumed ? { ...resumedOptions(resumed.given, now), name: resumed.name } : now;
  const resolved = asUsage(() => resolveTrainOptions(parsed));
  const { options } = resolved;
  if (resumed) checkResumed(resumed, options);
  else runName(options.name);
  // What the run began with: one that was stopped before its first checkpoint begins so once more.
  const start = resumed && goesOn(options.start) ? resumed.options.start : options.start;
  const beginning = await beginningOf(options, resumed?.progress ? options.start : start);
  say(describeStart(resolved));
  const { network, state } = beginning;
  if (options.printModel) say([modelText(network.architecture.title, network.options, network.network)]);
  say(beginning.notes);
  const signal = interruptSignal('stopping');
  const training = await prepare(options, network, signal);
  if (!training) return;
  const { step = 0 } = state?.progress ?? resumed?.progress ?? {};
  say([...training.notes, describeTime(options, training, step)]);
  try {
    await runIn(await openDirectory(resolved, parsed, start), { parsed, options, training, state, signal });
  } finally {
    await training.close();
  }
}

/** Undefined where that was interrupted: nothing is to be kept yet. */
async function prepare(
  options: TrainingOptions,
  network: IdentifiedNetwork,
  signal: AbortSignal,
): Promise<OpenTraining | undefined> {
  const progress = startProgress('preparing pictures');
  try {
    return await openTraining(options, network, { onProgress: progress.update, signal });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
    return undefined;
  } finally {
    progress.stop();
  }
}

/** @param done how many steps are */
function describeTime(
  { epochs, stepsPerEpoch, device }: TrainingOptions,
  { preparation: { seconds } }: OpenTraining,
  done: number,
): string {
  const left = duration(seconds * (epochs * stepsPerEpoch - done));
  const all = epochs < ENDLESS_EPOCHS ? `, ${left} for ${done > 0 ? 'those left' : 'all steps'}` : '';
  return `on ${device === 'auto' ? 'cpu' : device}: about ${seconds.toPrecision(2)} s for a step${all}, validation left out`;
}

interface Prepared {
  readonly parsed: TrainCommandOptions;
  readonly options: TrainingOptions;
  readonly training: OpenTraining;
  /** Where the directory has none. */
  readonly state: TrainingState | undefined;
  readonly signal: AbortSignal;
}

async function runIn(
  directory: RunDirectory,
  { parsed, options, training, state: begun, signal }: Prepared,
): Promise<void> {
  say([`writing to ${directory.folder}`]);
  const { epochs, stepsPerEpoch, printEvery } = options;
  const json = parsed.json ?? false;
  const display = trainDisplay({ epochs, stepsPerEpoch, printEvery, json });
  let page: WatchPage | undefined;
  try {
    if (parsed.watch) page = await serveWatchPage(options.runs, directory.name);
    if (page) say([`watch it at ${page.address}`]);
    const found = await directory.loadState();
    if (begun && !found) await directory.saveState(begun);
    const state = found ?? begun;
    const outcome = await runTraining(options, training, {
      run: shown(directory, display, json),
      watcher: display,
      signal,
      ...(state && { state }),
    });
    display.stop();
    conclude(outcome, directory, parsed);
  } finally {
    display.stop();
    await directory.close();
    await page?.close();
  }
}

function openDirectory(
  { options, original }: ResolvedTraining,
  parsed: TrainCommandOptions,
  start: TrainingStart,
): Promise<RunDirectory> {
  return createRunDirectory({
    root: options.runs,
    name: options.name,
    reset: options.reset,
    // From an earlier epoch another run begins: what came after it stays as it is.
    resume: goesOn(options.start),
    options: { ...options, start, given: parsed },
    config: original,
    command: ['sisr', ...process.argv.slice(2)],
    setup: { device: options.device, threads: options.threads },
    note: (line) => say([line]),
  });
}

/** Everything in full: what is not as intended shows before hours of work, not after. */
function describeStart({ options, warnings, recipe }: ResolvedTraining): string[] {
  const rows = describeOptions(options);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(recipe ? [`recipe ${recipe.name}: ${recipe.summary} (${recipe.source})`] : []),
    ...(recipe?.differences.map((difference) => `  ${difference}`) ?? []),
    ...rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`),
  ];
}

/** The directory, with what is written to its logs also shown. */
function shown(directory: RunDirectory, display: TrainDisplay, json: boolean): RunDirectory {
  return {
    ...directory,
    log(line) {
      directory.log(line);
      display.line(line);
    },
    event(event) {
      directory.event(event);
      if (json) process.stdout.write(formatEvent(event));
    },
  };
}

function conclude(
  outcome: 'done' | 'interrupted',
  directory: RunDirectory,
  parsed: TrainCommandOptions,
): void {
  if (outcome === 'done') {
    say([`done: ${join(directory.folder, 'model')}`]);
    return;
  }
  const runs = parsed.runs === undefined ? '' : ` --runs ${parsed.runs}`;
  say([`interrupted; to go on: sisr train --resume --name ${directory.name}${runs}`]);
  process.exitCode = EXIT.interrupted;
}
