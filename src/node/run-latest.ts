/** `runs/latest`: which run was started last. */
import { lstat, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.ts';
import { LATEST } from './run-name.ts';
import { systemReason } from './system.ts';
import { temporaryPath, writeWhole } from './write-file.ts';

/** Points `latest` at a run: a link, or where the system makes none (Windows) a text file with the name. */
export async function pointLatest(root: string, name: string, note: (line: string) => void): Promise<void> {
  const path = join(root, LATEST);
  try {
    const there = await lstat(path).catch(() => undefined);
    if (there?.isDirectory()) throw new InputError(`${path}: cannot be written (it is a folder)`);
    if (process.platform === 'win32' || !(await linked(path, name))) {
      await writeWhole(path, new TextEncoder().encode(`${name}\n`), { overwrite: true });
    }
  } catch (error) {
    // It is a convenience: no reason to end a training.
    note(error instanceof InputError ? error.message : `${path}: ${systemReason(error)}`);
  }
}

async function linked(path: string, name: string): Promise<boolean> {
  const temporary = temporaryPath(path);
  try {
    await symlink(name, temporary, 'dir');
    await rename(temporary, path);
    return true;
  } catch {
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The name of the run that was started last, or undefined where that is not known. */
export async function latestRun(root: string): Promise<string | undefined> {
  const path = join(root, LATEST);
  const target = await readlink(path).catch(() => readFile(path, 'utf8').catch(() => ''));
  return basename(target.trim()) || undefined;
}
