/** The picture of a request: its bytes as the body, or one file in a form. */
import { parseMultipart } from '@remix-run/multipart-parser';
import type { HonoRequest } from 'hono';
import { abortable } from '../../runtime/abortable.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { HttpError } from './http-error.ts';

/** Room for what a form puts around its file. */
const FORM_BYTES = 16 * 1024;

/**
 * Checks what a request says of its body, before a byte of it is read.
 *
 * @throws {HttpError} for types that are no picture's, and lengths over `limitBytes`
 */
export function checkBody(request: HonoRequest, limitBytes: number): void {
  const type = mediaType(request);
  if (!(type === '' || type.startsWith('image/') || type === 'application/octet-stream' || isForm(type)))
    throw new HttpError(
      'unsupported_type',
      `expected image/*, application/octet-stream or multipart/form-data, found ${type}`,
    );
  const encoding = request.header('content-encoding') ?? 'identity';
  if (encoding !== 'identity')
    throw new HttpError('unsupported_type', `expected a body without Content-Encoding, found ${encoding}`);
  if (Number(request.header('content-length') ?? 0) > bodyLimit(type, limitBytes)) throw tooLarge(limitBytes);
}

/**
 * Reads the picture.
 *
 * @throws {HttpError} where it is longer than `limitBytes`, or not there; the signal's reason when it is aborted
 */
export async function readBody(
  request: HonoRequest,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const type = mediaType(request);
  const body = await readBytes(request, bodyLimit(type, limitBytes), signal);
  const picture = isForm(type) ? fileOfForm(body, request) : body;
  if (picture.length === 0)
    throw new HttpError('bad_request', 'expected a picture as the body, found nothing');
  if (picture.length > limitBytes) throw tooLarge(limitBytes);
  return picture;
}

async function readBytes(request: HonoRequest, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const declared = request.header('content-length');
  const body = new GrowingBytes(limit, declared === undefined ? undefined : Number(declared));
  const reader = request.raw.body?.getReader();
  for (;;) {
    const chunk = await abortable(
      reader?.read() ?? Promise.resolve({ done: true as const, value: undefined }),
      signal,
    );
    if (chunk.done) return body.bytes();
    if (!body.add(chunk.value)) throw tooLarge(limit);
  }
}

/** The one file of a form; more parts than one are refused before they are kept. */
function fileOfForm(body: Uint8Array, request: HonoRequest): Uint8Array {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(request.header('content-type') ?? '');
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined)
    throw new HttpError('bad_request', 'expected a form with a boundary in its Content-Type');
  try {
    const [part] = [...parseMultipart(body, { boundary, maxParts: 1, maxFileSize: body.length })];
    if (part?.isFile) return part.bytes;
  } catch (error) {
    throw new HttpError('bad_request', `expected a form with one file and nothing else: ${messageOf(error)}`);
  }
  throw new HttpError('bad_request', 'expected a form with one file and nothing else, found no file');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function mediaType(request: HonoRequest): string {
  return (request.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function isForm(type: string): boolean {
  return type === 'multipart/form-data';
}

function bodyLimit(type: string, limitBytes: number): number {
  return isForm(type) ? limitBytes + FORM_BYTES : limitBytes;
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError('too_large', `the limit of a picture is ${limitBytes} bytes (--limit-size)`);
}
