import { fileURLToPath } from 'node:url';
import { InputError } from '../errors.ts';

/** The path of a file that is given as path or `file:` URL. @throws {InputError} for anything else */
export function filePath(file: string | URL): string {
  if (typeof file === 'string') return file;
  if (file instanceof URL && file.protocol === 'file:') return fileURLToPath(file);
  const found = file instanceof URL ? file.href : typeof file;
  throw new InputError(`expected a file, as path, file: URL or bytes, found ${found}`);
}
