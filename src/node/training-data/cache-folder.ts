import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { InputError } from '../../errors.ts';
import { systemReason } from '../system.ts';
import { exists, writeWhole } from '../write-file.ts';

const NAME = '.sisr-cache';

/** Tells backup programs to leave the folder out: https://bford.info/cachedir/ */
const TAG = `Signature: 8a477f597d28d172789f06886806bc55
# Decoded pictures that sisr reads while it trains. They are made anew when they are missing.
`;

export interface CacheFolder {
  readonly folder: string;
  /** Where it is, and why. */
  readonly note: string;
}

/**
 * Makes the folder for decoded pictures: `.sisr-cache` among the HR pictures, so that it belongs to them, moves with
 * them and serves every run; where that cannot be written, the system's folder for caches.
 *
 * @param wanted a folder to take instead
 * @throws {InputError} where none of them can be written
 */
export async function openCacheFolder(picture: string, wanted?: string): Promise<CacheFolder> {
  const beside = join(dirname(picture), NAME);
  const folders = wanted === undefined ? [beside, envPaths('sisr', { suffix: '' }).cache] : [wanted];
  const reasons: string[] = [];
  for (const folder of folders) {
    const problem = await makeWritable(folder);
    if (problem === undefined) {
      const why = reasons.length > 0 ? ` (${reasons[0]})` : '';
      return { folder, note: `decoded pictures are kept in ${folder}${why}` };
    }
    reasons.push(`${folder} cannot be written: ${problem}`);
  }
  throw new InputError(`cache: ${reasons.join('; ')}; without a cache, pictures are kept in memory`);
}

/** Why not, where it cannot. */
async function makeWritable(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const tag = join(folder, 'CACHEDIR.TAG');
    if (!(await exists(tag))) await writeWhole(tag, Buffer.from(TAG), { overwrite: true });
    return undefined;
  } catch (error) {
    return systemReason(error);
  }
}
