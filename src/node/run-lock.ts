/**
 * One process at a time works in a run. Who does so says it in a lock file, which is there from before its first
 * write until after its last; the file of a process that is gone is worth nothing.
 *
 * The files are numbered: taking over from a process that is gone means to create the file of the next number, which
 * only one of several can. So a lock is never replaced, and none is lost.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { basename, join } from 'node:path';
import { InputError } from '../errors.ts';
import { exists, writeWhole } from './write-file.ts';

/** Who works in a run. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When it began to, in ISO 8601. */
  readonly started: string;
}

const LOCK = /^lock-(\d+)\.json$/;
const lockName = (number: number) => `lock-${number}.json`;

/** Clocks are set right now and then; in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

interface Lock {
  readonly number: number;
  readonly file: string;
  /** Undefined where a power cut left an empty file. */
  readonly holder: Holder | undefined;
}

/**
 * Takes a run for this process.
 *
 * @returns the name of the lock file in the folder, to be removed in the end
 * @throws {InputError} where a process works in it that may be alive
 */
export async function lockRun(folder: string, note: (line: string) => void): Promise<string> {
  const holder: Holder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  for (;;) {
    const gone = await locks(folder);
    refuseAlive(folder, gone);
    const name = lockName((gone.at(-1)?.number ?? 0) + 1);
    if (!(await create(join(folder, name), holder))) continue;
    try {
      // Another may have taken the run over, and more, since we looked.
      const others = (await locks(folder)).filter(({ file }) => file !== join(folder, name));
      refuseAlive(folder, others);
    } catch (error) {
      await rm(join(folder, name), { force: true });
      throw error;
    }
    for (const lock of gone) {
      await rm(lock.file, { force: true });
      note(`${folder}: taken over from ${describe(lock.holder)}, which is gone`);
    }
    return name;
  }
}

/** Who works in a run just now, as far as that can be told. */
export async function runHolder(folder: string): Promise<Holder | undefined> {
  return (await locks(folder)).find(isAlive)?.holder;
}

/** The lock files in a folder by their number, the newest last. */
async function locks(folder: string): Promise<Lock[]> {
  const found: Lock[] = [];
  for (const name of await readdir(folder)) {
    const number = LOCK.exec(name)?.[1];
    const text = number && (await readFile(join(folder, name), 'utf8').catch(() => undefined));
    if (text !== undefined)
      found.push({ number: Number(number), file: join(folder, name), holder: parse(text) });
  }
  return found.sort((a, b) => a.number - b.number);
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** @returns whether the lock is ours; false where another was faster */
async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(holder)}\n`));
    return true;
  } catch (error) {
    if (await exists(path)) return false;
    throw error;
  }
}

function refuseAlive(folder: string, found: readonly Lock[]): void {
  const alive = found.find(isAlive);
  if (!alive) return;
  throw new InputError(
    `${folder}: this run is running, in ${describe(alive.holder)}; where it is not, delete ${basename(alive.file)} in it`,
  );
}

function describe(holder: Holder | undefined): string {
  if (!holder) return 'a process that cannot be told';
  return `process ${holder.pid} on ${holder.host} (since ${holder.started})`;
}

/** Of processes on other machines nothing is known; they count as alive. */
function isAlive({ holder }: Lock): boolean {
  if (!holder) return false;
  if (holder.host !== hostname()) return true;
  const started = Date.parse(holder.started);
  if (started < Date.now() - uptime() * 1000 - CLOCK_TOLERANCE) return false;
  // The number of a process is given again: in a container that is started anew, it is even likely.
  if (holder.pid === process.pid) return started >= Date.now() - process.uptime() * 1000;
  return processExists(holder.pid);
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
