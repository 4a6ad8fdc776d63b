/** What a run directory says of how the run was started: enough to start the same again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.ts';
import { configText } from '../train/log.ts';
import { appendText } from './growing-file.ts';
import { describeMachine } from './machine.ts';
import { readBytes } from './picture.ts';
import { nearestName } from './system.ts';
import { exists, writeWhole } from './write-file.ts';

/** What a run is started with. */
export interface RunStart {
  /** Every option with the value that it has in the end; plain data, for `options.json`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The same by the names of the original program, for `config.txt`. Default: `options`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The command and its arguments, as the process got them. */
  readonly command: readonly string[];
  /** What else results may depend on, such as `threads` and `device`, for `versions.json`. */
  readonly setup?: Readonly<Record<string, unknown>>;
}

export const OPTIONS_FILE = 'options.json';
export const COMMAND_FILE = 'command.txt';
const VERSIONS_FILE = 'versions.json';
const CONFIG_FILE = 'config.txt';

/** One start of a run. */
export type StartRecord = ReturnType<typeof describeMachine> & {
  /** ISO 8601. */
  readonly started: string;
  readonly [name: string]: unknown;
};

/**
 * Writes down one start of a run. `options.json` holds the latest; the other files tell of every start, the latest
 * last.
 *
 * @throws {InputError} where a file cannot be written
 */
export async function recordStart(folder: string, start: RunStart): Promise<void> {
  const now = new Date();
  const record: StartRecord = { started: now.toISOString(), ...describeMachine(), ...start.setup };
  await writeJsonFile(join(folder, OPTIONS_FILE), start.options);
  await writeJsonFile(join(folder, VERSIONS_FILE), [...(await readStarts(folder)), record]);
  appendText(join(folder, COMMAND_FILE), `${quoteCommand(start.command)}\n`);
  appendText(join(folder, CONFIG_FILE), configText(now, start.config ?? start.options));
}

/** Every start of a run, the first one first; empty where the file is missing or damaged. */
export async function readStarts(folder: string): Promise<StartRecord[]> {
  try {
    const starts: unknown = JSON.parse(await readFile(join(folder, VERSIONS_FILE), 'utf8'));
    return Array.isArray(starts) ? starts : [];
  } catch {
    return [];
  }
}

/** @throws {InputError} where there is no such folder, or it is not that of a run */
export async function requireRun(folder: string): Promise<void> {
  if (!(await exists(folder))) throw new InputError(`${folder}: no such run${await nearestName(folder)}`);
  if (!(await exists(join(folder, OPTIONS_FILE)))) {
    throw new InputError(`${folder}: expected the folder of a run, found no ${OPTIONS_FILE} in it`);
  }
}

/** The options that a run was started with, or taken up again. @throws {InputError} where it is no run */
export async function readOptions(folder: string): Promise<Record<string, unknown>> {
  await requireRun(folder);
  const path = join(folder, OPTIONS_FILE);
  const text = (await readBytes(path)).toString();
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new InputError(`${path}: expected JSON, found something else`);
  }
}

async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  await writeWhole(path, new TextEncoder().encode(text), { overwrite: true });
}

/**
 * A command that can be pasted into a shell: what has a meaning there stands in quotes.
 *
 * @param platform Node's name of the system; on `win32` quotes are double
 */
export function quoteCommand(command: readonly string[], platform: string = process.platform): string {
  const quote = platform === 'win32' ? quoteForWindows : quoteForPosix;
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(' ');
}

/** As Python's `shlex.quote` does. */
function quoteForPosix(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Backslashes count only before a quote. */
function quoteForWindows(word: string): string {
  const escaped = word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&');
  return `"${escaped}"`;
}
