/** What the operating system says, in words for people. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed here',
  EISDIR: 'it is a folder',
};

/** Why an operation on a file failed. */
export function systemReason(error: unknown): string {
  return REASONS[systemCode(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** Node's code of a system error, such as `EEXIST`; empty for other errors. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** "; did you mean …?" with a name that a path which does not exist may be meant for; empty where none is close. */
export async function nearestName(path: string): Promise<string> {
  const wanted = basename(path);
  const neighbours = (await readdir(dirname(path)).catch(() => [])).filter(
    (name) => name !== wanted && extname(name).toLowerCase() === extname(wanted).toLowerCase(),
  );
  if (neighbours.length === 0) return '';
  const found = closest(wanted, neighbours);
  if (3 * distance(wanted, found) > 2 * Math.max(wanted.length, found.length)) return '';
  return `; did you mean ${join(dirname(path), found)}?`;
}
