/** Files below a folder, as answers. Nothing else can be reached: no links, no way up, no hidden names. */
import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
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

/** Neither through a link that has just been put there, nor waiting for the other end of a pipe. Windows has neither. */
const OPEN_PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The path of a file below a folder.
 *
 * @param name its path relative to the folder, with slashes, decoded
 * @returns undefined where there is none, or where a link stands anywhere on the way
 */
export async function findFile(folder: string, name: string): Promise<string | undefined> {
  if (!name.split('/').every((part) => PLAIN_NAME.test(part))) return undefined;
  try {
    const path = join(await realpath(folder), name);
    // A link, or another spelling that the file system takes for the same name.
    if ((await realpath(path)) !== path) return undefined;
    return (await lstat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file as an answer, or the short one where the client has it. What is told of the file and what is sent are of
 * the same one, whatever takes its name meanwhile.
 *
 * @param path of a file that may be sent, links resolved
 * @throws {HttpError} where there is none
 */
export async function sendFile(
  c: Context,
  path: string | undefined,
  lifetime: Lifetime = 'may change',
): Promise<Response> {
  const file = path === undefined ? undefined : await open(path, OPEN_PLAIN).catch(() => undefined);
  if (path === undefined || !file) throw notFound();
  let body: ReadableStream | undefined;
  try {
    const info = await file.stat();
    if (!info.isFile()) throw notFound();
    const etag = `"${info.size.toString(36)}-${info.mtimeMs.toString(36)}"`;
    c.header('ETag', etag);
    c.header('Cache-Control', CACHE_CONTROL[lifetime]);
    if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304);
    c.header('Content-Type', getMimeType(path, MEDIA_TYPES) ?? 'application/octet-stream');
    c.header('Content-Length', String(info.size));
    if (c.req.method === 'HEAD' || info.size === 0) return c.body(null);
    body = Readable.toWeb(file.createReadStream({ end: info.size - 1 })) as ReadableStream;
    return c.body(body);
  } finally {
    // A stream closes it at its end.
    if (!body) await file.close();
  }
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
