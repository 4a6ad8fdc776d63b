/** Files below a folder, as answers. Nothing else can be reached: no links, no way up, no hidden names. */
import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { getMimeType, mimes } from 'hono/utils/mime';
import { HttpError } from './http-error.ts';

const MEDIA_TYPES = { ...mimes, md: 'text/markdown; charset=utf-8', txt: 'text/plain; charset=utf-8' };

/** How long a client may keep a file without asking: never, or for ever. */
export type Lifetime = 'may change' | 'never changes';

const CACHE_CONTROL: Readonly<Record<Lifetime, string>> = {
  'may change': 'no-cache',
  'never changes': 'public, max-age=31536000, immutable',
};

/** A part of a path that names something in its folder, on every system: `a:b` and `a\b` are paths on Windows. */
const PLAIN_NAME = /^[^./\\:\0][^/\\:\0]*$/;

export interface FoundFile {
  path: string;
  size: number;
  /** Of the last change, in milliseconds. */
  changed: number;
}

/**
 * A file below a folder.
 *
 * @param name its path relative to the folder, with slashes, decoded
 * @returns undefined where there is none, or where a link stands anywhere on the way
 */
export async function findFile(folder: string, name: string): Promise<FoundFile | undefined> {
  if (!name.split('/').every((part) => PLAIN_NAME.test(part))) return undefined;
  try {
    const path = join(await realpath(folder), name);
    // A link, or another spelling that the file system takes for the same name.
    if ((await realpath(path)) !== path) return undefined;
    const info = await lstat(path);
    return info.isFile() ? { path, size: info.size, changed: info.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

/** The file as an answer, or the short one where the client has it. @throws {HttpError} where there is none */
export function sendFile(
  c: Context,
  file: FoundFile | undefined,
  lifetime: Lifetime = 'may change',
): Response {
  if (!file) throw notFound();
  const etag = `"${file.size.toString(36)}-${file.changed.toString(36)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', CACHE_CONTROL[lifetime]);
  if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304);
  c.header('Content-Type', getMimeType(file.path, MEDIA_TYPES) ?? 'application/octet-stream');
  c.header('Content-Length', String(file.size));
  if (c.req.method === 'HEAD') return c.body(null);
  return c.body(Readable.toWeb(createReadStream(file.path)) as ReadableStream);
}

/** The part of a request's path after `prefix`, decoded. @throws {HttpError} where it cannot be decoded */
export function pathBelow(c: Context, prefix: string): string {
  try {
    return decodeURIComponent(new URL(c.req.url).pathname.slice(prefix.length));
  } catch {
    throw notFound();
  }
}

export function notFound(message = 'there is nothing under this address'): HttpError {
  return new HttpError('not_found', message);
}
