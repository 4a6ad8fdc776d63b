import { join } from 'node:path';
import type { Command } from 'commander';
import { createRunDirectory } from '../../node/run-directory.ts';
import { latestRun } from '../../node/run-latest.ts';
import { readRun } from '../../node/run-reader.ts';
import { runTraining } from '../../node/training.ts';
import { describeOptions } from '../../train/describe-options.ts';
import { formatEvent } from '../../train/metrics.ts';
import { TRAINING_DEFAULTS } from '../../train/options.ts';
import type { RunDirectory } from '../../train/run.ts';
import { EXIT } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
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

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description("train a network, with the original program's options or sisr's own");
  addTrainOptions(command).action(run);
}

async function run(now: TrainCommandOptions): Promise<void> {
  const parsed = await withOptionsOfRun(now);
  const resolved = resolveTrainOptions(parsed);
  const { options } = resolved;
  const { network, notes } = await startingNetwork(options);
  say(describeStart(resolved));
  if (options.printModel) say([modelText(network.architecture.title, network.options, network.network)]);
  say(notes);
  const directory = await openDirectory(resolved, parsed);
  say([`writing to ${directory.folder}`]);
  const display = trainDisplay({
    stepsInAll: options.epochs * options.stepsPerEpoch,
    epochs: options.epochs,
    printEvery: options.printEvery,
    json: parsed.json ?? false,
    memory: () => process.memoryUsage.rss(),
  });
  const progress = startProgress('preparing pictures');
  try {
    const outcome = await runTraining({
      options,
      network,
      run: shown(directory, display, parsed.json ?? false),
      watcher: display,
      signal: interruptSignal('stopping after the current step'),
      onPreparing: progress.update,
    });
    display.stop();
    conclude(outcome, directory, parsed);
  } finally {
    progress.stop();
    display.stop();
    await directory.close();
  }
}

/** A run that goes on keeps its options but for those that are given now. */
async function withOptionsOfRun(now: TrainCommandOptions): Promise<TrainCommandOptions> {
  const start = trainingStart(now);
  if (start.kind !== 'resume') return now;
  const root = now.runs ?? TRAINING_DEFAULTS.runs;
  const name = start.run === 'latest' ? ((await latestRun(root)) ?? start.run) : start.run;
  const { options } = await readRun(join(root, name));
  return { ...resumedOptions((options.given ?? {}) as TrainCommandOptions, now), name };
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
