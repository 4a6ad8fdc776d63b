/** Reading runs, finished or going on, without disturbing them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TrainingProgress } from '../train/run.ts';
import { latestRun } from './run-latest.ts';
import { type Holder, runHolder } from './run-lock.ts';
import { LATEST } from './run-name.ts';
import { COMMAND_FILE, OPTIONS_FILE, readOptions, readStarts, type StartRecord } from './run-records.ts';
import { readProgress } from './run-state.ts';
import { MODEL_FOLDER, RESULTS_FOLDER } from './run-writer.ts';
import { exists } from './write-file.ts';

/** Everything that a run's directory tells, but the tensors and the events (`readEvents`). */
export interface RunReport {
  readonly name: string;
  readonly folder: string;
  /** As the training was started with, or taken up again. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The command of each start, ready to be pasted into a shell. */
  readonly commands: readonly string[];
  /** Versions and machine of each start. */
  readonly starts: readonly StartRecord[];
  /** Of the checkpoint to go on from, if there is one. */
  readonly progress: TrainingProgress | undefined;
  /** Who works in it just now. */
  readonly holder: Holder | undefined;
  /** File names in `model/` and in `results/`. */
  readonly models: readonly string[];
  readonly results: readonly string[];
}

/** @throws {InputError} where the folder is no run */
export async function readRun(folder: string): Promise<RunReport> {
  const options = await readOptions(folder);
  const commands = await readFile(join(folder, COMMAND_FILE), 'utf8').catch(() => '');
  return {
    name: basename(folder),
    folder,
    options,
    commands: commands.split('\n').filter((line) => line !== ''),
    starts: await readStarts(folder),
    progress: await readProgress(folder),
    holder: await runHolder(folder),
    models: await visibleNames(join(folder, MODEL_FOLDER)),
    results: await visibleNames(join(folder, RESULTS_FOLDER)),
  };
}

/** A run in the list of all. */
export interface RunSummary {
  readonly name: string;
  readonly folder: string;
  /** Whether `latest` points at it. */
  readonly latest: boolean;
  readonly running: boolean;
  /** When it was started first, in ISO 8601, if that is known. */
  readonly started: string | undefined;
  /** When it was written to last. */
  readonly changed: Date;
}

/** The runs in a folder, the one that was written to last first; none where there is no such folder. */
export async function listRuns(root: string): Promise<RunSummary[]> {
  const latest = await latestRun(root);
  const runs: RunSummary[] = [];
  for (const name of await visibleNames(root)) {
    const folder = join(root, name);
    if (name === LATEST || !(await exists(join(folder, OPTIONS_FILE)))) continue;
    runs.push({
      name,
      folder,
      latest: name === latest,
      running: (await runHolder(folder)) !== undefined,
      started: (await readStarts(folder))[0]?.started,
      changed: await lastChange(folder),
    });
  }
  return runs.sort((a, b) => b.changed.getTime() - a.changed.getTime());
}

/** Names in a folder, sorted, without those of files that are being written. */
async function visibleNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}

async function lastChange(folder: string): Promise<Date> {
  const names = await visibleNames(folder);
  // A file may be gone by now: a lock that was given back.
  const files = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return new Date(Math.max(0, ...files.map((file) => file?.mtimeMs ?? 0)));
}
