/** Finding picture files on disk. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { glob } from 'tinyglobby';
import { PICTURE_EXTENSIONS } from './picture.ts';

/** The pictures in a folder, sorted, as paths relative to it; with `recursive` those in its folders too. */
export async function listPictures(folder: string, options: { recursive?: boolean } = {}): Promise<string[]> {
  const pattern = `${options.recursive ? '**/' : ''}*.{${PICTURE_EXTENSIONS.join(',')}}`;
  const names = await glob(pattern, { cwd: folder, caseSensitiveMatch: false, expandDirectories: false });
  return names.sort();
}

/** What to tell a person who named a path that is not there, with the nearest that is. */
export async function describeMissing(path: string): Promise<string> {
  const neighbours = await readdir(dirname(path)).catch(() => []);
  const nearest = closest(basename(path), neighbours);
  const suggestion = neighbours.length > 0 ? `; did you mean ${join(dirname(path), nearest)}?` : '';
  return `${path}: no such file or folder${suggestion}`;
}
