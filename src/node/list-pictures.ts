/** Finding picture files on disk. */
import { access, constants } from 'node:fs/promises';
import { glob } from 'tinyglobby';
import { InputError } from '../errors.ts';
import { PICTURE_EXTENSIONS } from './picture.ts';
import { nearestName, systemReason } from './system.ts';

/** The pictures in a folder, sorted, as paths relative to it; with `recursive` those in its folders too. */
export async function listPictures(folder: string, options: { recursive?: boolean } = {}): Promise<string[]> {
  await access(folder, constants.R_OK).catch((error: unknown) => {
    throw new InputError(`${folder}: cannot be read (${systemReason(error)})`);
  });
  const pattern = `${options.recursive ? '**/' : ''}*.{${PICTURE_EXTENSIONS.join(',')}}`;
  const names = await glob(pattern, { cwd: folder, caseSensitiveMatch: false, expandDirectories: false });
  return names.sort();
}

/** What to tell a person who named a path that is not there, with the nearest that is. */
export async function describeMissing(path: string): Promise<string> {
  return `${path}: no such file or folder${await nearestName(path)}`;
}
