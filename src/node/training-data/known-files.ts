/** Which picture files were seen before, and what they held: saves reading them all at every start. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../write-file.ts';

export interface KnownFile {
  readonly size: number;
  readonly mtimeMs: number;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
}

const NAME = 'files.json';

/** By absolute path; empty where there is no list or a damaged one. */
export async function readKnownFiles(folder: string): Promise<Map<string, KnownFile>> {
  try {
    const list: unknown = JSON.parse(await readFile(join(folder, NAME), 'utf8'));
    return new Map(
      Object.entries(list as object).filter((entry): entry is [string, KnownFile] => isKnown(entry[1])),
    );
  } catch {
    return new Map();
  }
}

/** Adds to what is there, as another process may have saved its own in the meantime. */
export async function saveKnownFiles(folder: string, files: ReadonlyMap<string, KnownFile>): Promise<void> {
  const all = Object.fromEntries([...(await readKnownFiles(folder)), ...files]);
  await writeWhole(join(folder, NAME), Buffer.from(JSON.stringify(all)), { overwrite: true });
}

function isKnown(value: unknown): value is KnownFile {
  const { size, mtimeMs, hash } = (value ?? {}) as Partial<KnownFile>;
  return typeof size === 'number' && typeof mtimeMs === 'number' && /^[0-9a-f]{64}$/.test(String(hash));
}
