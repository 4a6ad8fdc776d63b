import { rename } from 'node:fs/promises';
import { firstFree } from '../node/free-name.ts';
import { cannotBeWritten, exists } from '../node/write-file.ts';

/**
 * What `--reset` does instead of deleting: the folder gets another name.
 *
 * @returns that name, or undefined where there was nothing
 */
export async function setAside(folder: string): Promise<string | undefined> {
  if (!(await exists(folder))) return undefined;
  const aside = await firstFree((number) => `${folder}.old-${number}`);
  await rename(folder, aside).catch((error: unknown) => {
    throw cannotBeWritten(aside, error);
  });
  return aside;
}
