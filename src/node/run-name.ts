import filenamify from 'filenamify';
import { InputError } from '../errors.ts';

/** The pointer to the run that was started last. */
export const LATEST = 'latest';

/**
 * A name for the folder of a run that every system takes: characters and names that Windows does not allow are
 * changed, a colon into a hyphen for one.
 *
 * @throws {InputError} for a path, `latest`, and what has nothing of a name
 */
export function runName(wanted: string): string {
  const found = JSON.stringify(wanted);
  if (/[\\/]/.test(wanted)) throw new InputError(`name of the run: expected a name, found the path ${found}`);
  const name = fileName(wanted.trim()).replace(/^[. ]+/, '');
  if (!/[\p{L}\p{N}]/u.test(name)) {
    throw new InputError(`name of the run: expected a name with a letter or digit, found ${found}`);
  }
  if (name.toLowerCase() === LATEST) {
    throw new InputError(
      `name of the run: expected another name, found ${found}, which points at the last run`,
    );
  }
  return name;
}

/** A text as the name of a file, on every system. */
export function fileName(text: string): string {
  return filenamify(text, { replacement: '-' });
}
