import { exists } from './write-file.ts';

/** The first of the paths that `path` gives for 1, 2, 3… at which there is nothing. */
export async function firstFree(path: (number: number) => string): Promise<string> {
  for (let number = 1; ; number++) {
    if (!(await exists(path(number)))) return path(number);
  }
}
