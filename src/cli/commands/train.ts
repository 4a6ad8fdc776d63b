import { join } from 'node:path';
import type { Command } from 'commander';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import { createRunDirectory } from '../../node/run-directory.ts';
import { latestRun } from '../../node/run-latest.ts';
import { LATEST, runName } from '../../node/run-name.ts';
import { readOptions } from '../../node/run-records.ts';
import { openPictures, runTraining, type TrainingPictures } from '../../node/training.ts';
import { describeOptions } from '../../train/describe-options.ts';
import { formatEvent } from '../../train/metrics.ts';
import { TRAINING_DEFAULTS, type TrainingOptions } from '../../train/options.ts';
import type { RunDirectory } from '../../train/run.ts';
import { asUsage, EXIT } from '../failure.ts';
import { Interrupted, interruptSignal } from '../interrupt.ts';
import { modelText } from '../model-text.ts';
import { startProgress } from '../progress.ts';
import { addTrainOptions, type TrainCommandOptions } from '../train-command-options.ts';
import { startingNetwork } from '../train-network.ts';
import {
  type ResolvedTraining,
  resolveTrainOptions,
  resumedOptions,
  trainingStart,
} from '../train-options.ts';
import { type TrainDisplay, trainDisplay } from '../train-watcher.ts';
import { serveWatchPage, type WatchPage } from '../watch-page.ts';

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description("train a network, with the original program's options or sisr's own");
  addTrainOptions(command).action(run);
}

async function run(now: TrainCommandOptions): Promise<void> {
  const parsed = await withOptionsOfRun(now);
  const resolved = asUsage(() => resolveTrainOptions(parsed));
  const { options } = resolved;
  const { network, notes } = await startingNetwork(options);
  say(describeStart(resolved));
  if (options.printModel) say([modelText(network.architecture.title, network.options, network.network)]);
  say(notes);
  const signal = interruptSignal('stopping');
  const pictures = await preparePictures(options, network, signal);
  if (!pictures) return;
  say(pictures.training.notes);
  try {
    await runIn(await openDirectory(resolved, parsed), { parsed, options, network, pictures, signal });
  } finally {
    await pictures.training.close();
  }
}

/** Undefined where that was interrupted: nothing is to be kept yet. */
async function preparePictures(
  options: TrainingOptions,
  network: IdentifiedNetwork,
  signal: AbortSignal,
): Promise<TrainingPictures | undefined> {
  const progress = startProgress('preparing pictures');
  try {
    return await openPictures(options, network, { onProgress: progress.update, signal });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
    return undefined;
  } finally {
    progress.stop();
  }
}

interface Prepared {
  readonly parsed: TrainCommandOptions;
  readonly options: TrainingOptions;
  readonly network: IdentifiedNetwork;
  readonly pictures: TrainingPictures;
  readonly signal: AbortSignal;
}

async function runIn(
  directory: RunDirectory,
  { parsed, options, network, pictures, signal }: Prepared,
): Promise<void> {
  say([`writing to ${directory.folder}`]);
  const { epochs, stepsPerEpoch, printEvery } = options;
  const json = parsed.json ?? false;
  const display = trainDisplay({ epochs, stepsPerEpoch, printEvery, json });
  let page: WatchPage | undefined;
  try {
    if (parsed.watch) page = await serveWatchPage(options.runs, directory.name);
    if (page) say([`watch it at ${page.address}`]);
    const outcome = await runTraining(options, network, pictures, {
      run: shown(directory, display, json),
      watcher: display,
      signal,
    });
    display.stop();
    conclude(outcome, directory, parsed);
  } finally {
    display.stop();
    await directory.close();
    await page?.close();
  }
}

/** A run that goes on keeps its options but for those that are given now. */
async function withOptionsOfRun(now: TrainCommandOptions): Promise<TrainCommandOptions> {
  const start = trainingStart(now);
  if (start.kind !== 'resume') return now;
  const root = now.runs ?? TRAINING_DEFAULTS.runs;
  const name = start.run === LATEST ? ((await latestRun(root)) ?? start.run) : start.run;
  const { given = {} } = await readOptions(join(root, runName(name)));
  return { ...resumedOptions(given as TrainCommandOptions, now), name };
}

function openDirectory(
  { options, original }: ResolvedTraining,
  parsed: TrainCommandOptions,
): Promise<RunDirectory> {
  return createRunDirectory({
    root: options.runs,
    name: options.name,
    reset: options.reset,
    resume: options.start.kind === 'resume',
    options: { ...options, given: parsed },
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
  say([`interrupted; to go on: sisr train --load ${directory.name}${runs}`]);
  process.exitCode = EXIT.interrupted;
}

function say(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}
