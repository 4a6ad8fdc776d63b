import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { systemCode, systemReason } from './system.ts';

/**
 * Writes a file so that it exists whole or not at all: under a temporary name in the same folder first.
 *
 * @throws {InputError} where the file exists and must not be replaced, or the folder cannot be written
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  options: { overwrite?: boolean } = {},
): Promise<void> {
  await checkWritable(path, options);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes, { flag: 'wx' });
    await (options.overwrite ? rename(temporary, path) : claim(temporary, path));
  } catch (error) {
    throw error instanceof InputError ? error : cannotBeWritten(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @throws {InputError} where a file is there and must not be replaced; to be asked before the work begins */
export async function checkWritable(path: string, options: { overwrite?: boolean } = {}): Promise<void> {
  if (!options.overwrite && (await exists(path))) throw alreadyExists(path);
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

function cannotBeWritten(path: string, error: unknown): InputError {
  return new InputError(`${path}: cannot be written (${systemReason(error)})`);
}
