/** A training's folder on disk: `runs/<name>/`. The files in it are described in docs/runs.md. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.ts';
import { timestamp } from '../train/log.ts';
import type { RunDirectory } from '../train/run.ts';
import { firstFree } from './free-name.ts';
import { latestRun, pointLatest } from './run-latest.ts';
import { lockRun } from './run-lock.ts';
import { LATEST, runName } from './run-name.ts';
import { type RunStart, recordStart, requireRun } from './run-records.ts';
import { MODEL_FOLDER, openRun, RESULTS_FOLDER } from './run-writer.ts';
import { cannotBeWritten, checkWritable, exists, removeTemporary, temporaryPath } from './write-file.ts';

export interface RunSettings extends RunStart {
  /** The folder of all runs. Default: `runs`. */
  readonly root?: string;
  /** Default: the time. With `resume` also `latest`. */
  readonly name?: string;
  /** Set a run of that name aside, under a new name, and begin anew. */
  readonly reset?: boolean;
  /** Go on with the run of that name. */
  readonly resume?: boolean;
  /** Takes what the user should know of, one line each. */
  note(line: string): void;
}

/**
 * Makes the directory of a run, or opens that of one to go on with. Nothing that is there is ever deleted: where a
 * name is taken, the next of `<name>-2`, `<name>-3`… is, even if several programs start at once.
 *
 * @throws {InputError} for a name that is none, a run that is missing or still running, and where the folder cannot
 * be written
 */
export async function createRunDirectory(settings: RunSettings): Promise<RunDirectory> {
  const { root = 'runs', note } = settings;
  const name = settings.resume ? await existingName(root, settings) : newName(settings);
  const { folder, lock } = await (settings.resume
    ? reopen(join(root, name), settings)
    : begin(root, name, settings));
  try {
    await pointLatest(root, basename(folder), note);
    return await openRun(folder, lock, note);
  } catch (error) {
    await rm(join(folder, lock), { force: true });
    throw error;
  }
}

function newName({ name, note }: RunSettings): string {
  if (name === undefined) return runName(timestamp(new Date()));
  const safe = runName(name);
  if (safe !== name) note(`name of the run: "${safe}", as not every system can have "${name}"`);
  return safe;
}

async function existingName(root: string, { name = LATEST }: RunSettings): Promise<string> {
  if (name !== LATEST) return runName(name);
  const latest = await latestRun(root);
  if (latest === undefined) throw new InputError(`${join(root, LATEST)}: there is no run to go on with`);
  return latest;
}

interface Opened {
  readonly folder: string;
  /** Name of the lock file in it. */
  readonly lock: string;
}

async function reopen(folder: string, settings: RunSettings): Promise<Opened> {
  await requireRun(folder);
  const lock = await lockRun(folder, settings.note);
  try {
    for (const part of ['', MODEL_FOLDER, RESULTS_FOLDER]) await removeTemporary(join(folder, part));
    await recordStart(folder, settings);
    return { folder, lock };
  } catch (error) {
    await rm(join(folder, lock), { force: true });
    throw error;
  }
}

/**
 * The folder is made under a temporary name with everything that a run begins with, the lock included, and then
 * renamed: so nobody ever sees half a run, or one that nobody holds, and of several that want a name one gets it.
 */
async function begin(root: string, name: string, settings: RunSettings): Promise<Opened> {
  await checkWritable(join(root, name), { overwrite: true });
  await mkdir(root, { recursive: true }).catch((error: unknown) => {
    throw cannotBeWritten(root, error);
  });
  const temporary = temporaryPath(join(root, name));
  try {
    for (const part of [MODEL_FOLDER, RESULTS_FOLDER])
      await mkdir(join(temporary, part), { recursive: true });
    const lock = await lockRun(temporary, settings.note);
    await recordStart(temporary, settings);
    if (settings.reset) await setAside(join(root, name), settings.note);
    return { folder: await claimName(temporary, join(root, name), settings.note), lock };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error instanceof InputError ? error : cannotBeWritten(join(root, name), error);
  }
}

async function claimName(temporary: string, wanted: string, note: (line: string) => void): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await renamed(temporary, folder))) continue;
    if (number > 1) note(`${wanted} exists already: this run is ${folder}`);
    return folder;
  }
}

/** @returns whether the folder has its new name; false where something else has it */
async function renamed(folder: string, path: string): Promise<boolean> {
  if (await exists(path)) return false;
  try {
    // Where another run came between, its folder is not empty, and the system refuses.
    await rename(folder, path);
    return true;
  } catch (error) {
    if (await exists(path)) return false;
    throw error;
  }
}

/** Gives a run another name. It is locked meanwhile, so that none that is running is moved. */
async function setAside(folder: string, note: (line: string) => void): Promise<void> {
  if (!(await exists(folder))) return;
  await requireRun(folder);
  const lock = await lockRun(folder, note);
  let aside = folder;
  try {
    aside = await firstFree((number) => `${folder}.old-${number}`);
    await rename(folder, aside);
  } finally {
    await rm(join(aside, lock), { force: true });
  }
  note(`${folder} is set aside as ${aside}`);
}
