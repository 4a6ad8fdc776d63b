/** The folder that the original calls `--dir_data`. Its official commands leave it to a default in the code. */
import { join } from 'node:path';
import { UsageError } from './failure.ts';
import { type OriginalValues, originalDefaults, type Program } from './original-options.ts';

/** Where a folder is looked for that is not named, in this order; the original's own default comes first. */
const PLACES = ['.', 'data', '..', '../data'];

/**
 * The folder that holds `DIV2K` or `benchmark`: the one that is given, or the first of some usual places.
 *
 * @param given the option, where it was given
 * @throws {UsageError} where none is given and none of the places holds it
 */
export function dataRoot(
  folder: 'DIV2K' | 'benchmark',
  given: Partial<OriginalValues>,
  program: Program,
  exists: (path: string) => boolean,
): { root: string; warnings: string[] } {
  if (given.dir_data !== undefined) return { root: given.dir_data, warnings: [] };
  const places = [originalDefaults(program).dir_data, ...PLACES];
  const root = places.find((place) => exists(join(place, folder)));
  if (root !== undefined) return { root, warnings: [`--dir_data is not given: found ${join(root, folder)}`] };
  const own = program === 'train' ? ', or your own pictures with --hr DIR [--lr DIR]' : '';
  throw new UsageError(
    `--dir_data: name the folder that holds ${folder} (not found in ${PLACES.join(', ')})${own}`,
  );
}
