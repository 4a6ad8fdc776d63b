/** Finding the pictures that options such as `--hr` and `--sr` name, and pairing them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureName } from '../data/file-name.ts';
import { type FilePair, pairByName } from '../data/pairing.ts';
import { describeMissing, listPictures } from '../node/list-pictures.ts';
import { PICTURE_EXTENSIONS } from '../node/picture.ts';
import { UsageError } from './failure.ts';

/** The pictures of an option: one file, or those in a folder. */
export interface PictureSet {
  /** The option without its hyphens and in capitals, as errors call its pictures: `HR`. */
  readonly label: string;
  readonly path: string;
  readonly isFolder: boolean;
  /** Paths, sorted. */
  readonly files: readonly string[];
}

/** @throws {UsageError} where the path does not exist or the folder has no pictures */
export async function findSet(label: string, path: string): Promise<PictureSet> {
  const flag = `--${label.toLowerCase()}`;
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new UsageError(`${flag} ${await describeMissing(path)}`);
  if (!info.isDirectory()) return { label, path, isFolder: false, files: [path] };
  const names = await listPictures(path);
  if (names.length === 0)
    throw new UsageError(`${flag} ${path}: no pictures (${PICTURE_EXTENSIONS.join(', ')}) in this folder`);
  return { label, path, isFolder: true, files: names.map((name) => join(path, name)) };
}

/**
 * Two files are a pair whatever their names; the files of two folders are paired by name.
 *
 * @throws {InputError} where a file has no partner or several; {UsageError} for a file and a folder
 */
export function pairSets(first: PictureSet, second: PictureSet): FilePair[] {
  if (first.isFolder !== second.isFolder) {
    const [folder, file] = first.isFolder ? [first, second] : [second, first];
    throw new UsageError(
      `expected two files or two folders, found the folder ${folder.path} (${folder.label}) and the file ` +
        `${file.path} (${file.label})`,
    );
  }
  const [a, b] = [first.files[0], second.files[0]];
  if (!first.isFolder && a !== undefined && b !== undefined)
    return [{ name: pictureName(a), first: a, second: b }];
  return pairByName(first, second);
}
