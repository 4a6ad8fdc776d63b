import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { systemCode, systemReason } from './system.ts';

export interface WriteOptions {
  /** Replace a file that is there. */
  overwrite?: boolean;
  /** Return only when the file would survive a power cut. */
  durable?: boolean;
  /** Keep the file that is replaced under this path, in place of one that is there. */
  keepAs?: string;
}

/**
 * Writes a file so that it exists whole or not at all: under a temporary name in the same folder first.
 *
 * @param content bytes, or parts that follow one another
 * @throws {InputError} where the file exists and must not be replaced, or the folder cannot be written
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | readonly Uint8Array[],
  options: WriteOptions = {},
): Promise<void> {
  await checkWritable(path, options);
  const temporary = temporaryPath(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeNew(temporary, content, options);
    if (options.keepAs !== undefined) await keep(path, options.keepAs);
    await (options.overwrite ? rename(temporary, path) : claim(temporary, path));
    if (options.durable) await flushFolder(dirname(path));
  } catch (error) {
    throw error instanceof InputError ? error : cannotBeWritten(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @throws {InputError} where a file is there and must not be replaced; to be asked before the work begins */
export async function checkWritable(path: string, options: { overwrite?: boolean } = {}): Promise<void> {
  const problem = await access(path).then(() => undefined, systemCode);
  if (!options.overwrite && problem === undefined) throw alreadyExists(path);
  if (problem === 'ENAMETOOLONG') throw new InputError(`${path}: cannot be written (its name is too long)`);
  let folder = dirname(path);
  while (!(await exists(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  if (!(await stat(folder)).isDirectory())
    throw new InputError(`${path}: cannot be written (${folder} is a file, not a folder)`);
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw cannotBeWritten(path, error);
  });
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A name beside `path` under which nobody looks for it, and which `removeTemporary` knows again. */
export function temporaryPath(path: string): string {
  const begin = basename(path).slice(0, 40); // The name may be as long as names can be.
  return join(dirname(path), `.${begin}.${randomUUID()}.tmp`);
}

const TEMPORARY = /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Removes what killed processes left in a folder. Whoever calls it knows that nobody else is writing there. */
export async function removeTemporary(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each))) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function writeNew(
  path: string,
  content: Uint8Array | readonly Uint8Array[],
  { durable }: WriteOptions,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeFile(file, content);
    if (durable) await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file, if it is there, a second name. */
async function keep(path: string, kept: string): Promise<void> {
  const temporary = temporaryPath(kept);
  try {
    await link(path, temporary);
    await rename(temporary, kept);
  } catch (error) {
    // Some file systems have no hard links: then the file has only its second name for a moment.
    if (systemCode(error) !== 'ENOENT') await rename(path, kept);
  } finally {
    // Renaming does nothing where both names are the same file already.
    await rm(temporary, { force: true });
  }
}

/** Makes the names of files survive a power cut; not every system can do that to a folder. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Gives the temporary file its final name without replacing one that appeared meanwhile. */
async function claim(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw alreadyExists(path);
    // Some file systems have no hard links.
    if (await exists(path)) throw alreadyExists(path);
    await rename(temporary, path);
  }
}

function alreadyExists(path: string): InputError {
  return new InputError(`${path}: exists already; use --overwrite to replace it`);
}

/** @param error of the operating system */
export function cannotBeWritten(path: string, error: unknown): InputError {
  return new InputError(`${path}: cannot be written (${systemReason(error)})`);
}
