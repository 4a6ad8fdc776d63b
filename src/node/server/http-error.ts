/** How the server says no: always JSON, one line for people, a code for programs, never a stack. */
import type { Context } from 'hono';
import { InputError, OutOfMemoryError } from '../../errors.ts';

/** The codes of errors, and the HTTP status of each. */
export const STATUS = {
  bad_request: 400,
  client_gone: 400,
  foreign_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  slow_transfer: 408,
  too_large: 413,
  unsupported_type: 415,
  wrong_host: 421,
  bad_picture: 422,
  damaged_run: 500,
  internal: 500,
  busy: 503,
  out_of_memory: 503,
  stopping: 503,
  timed_out: 504,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An answer other than what was asked for. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** The JSON of an error: `{ error: { code, message } }`. */
export function errorDocument(
  code: ErrorCode,
  message: string,
): { error: { code: ErrorCode; message: string } } {
  return { error: { code, message: message.replaceAll(/\s*\n\s*/g, ' ') } };
}

/**
 * The answer to a request that failed. Wrong input is a picture that cannot be enlarged: what else a request holds
 * is checked where it is read. Anything unforeseen goes to `report`, and the client learns only that it happened.
 */
export function answerError(c: Context, error: unknown, report: (error: unknown) => void): Response {
  if (error instanceof HttpError)
    return c.json(errorDocument(error.code, error.message), STATUS[error.code], { ...error.headers });
  if (error instanceof InputError)
    return c.json(errorDocument('bad_picture', error.message), STATUS.bad_picture);
  if (error instanceof OutOfMemoryError)
    return c.json(errorDocument('out_of_memory', error.message), STATUS.out_of_memory);
  report(error);
  return c.json(errorDocument('internal', 'something went wrong inside sisr'), STATUS.internal);
}
