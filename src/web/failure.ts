/** Errors lose their class on the way between a worker and its page: they travel as plain records. */
import { InputError, OutOfMemoryError } from '../errors.ts';
import { isOutOfMemory } from '../runtime/out-of-memory.ts';

export interface Failure {
  readonly kind: 'input' | 'memory' | 'aborted' | 'other';
  readonly message: string;
  readonly nextTile?: number | undefined;
  readonly sessionLost?: boolean | undefined;
}

/** What is thrown across the border instead of `error`. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InputError) return { kind: 'input', message };
  if (error instanceof OutOfMemoryError) {
    const { nextTile, sessionLost } = error;
    return { kind: 'memory', message, nextTile, sessionLost };
  }
  if (error instanceof DOMException && error.name === 'AbortError') return { kind: 'aborted', message };
  // Outside of a run it is the picture itself: no tile changes that.
  if (isOutOfMemory(error))
    return { kind: 'memory', message: `not enough memory for a picture of this size (${message})` };
  return { kind: 'other', message };
}

/** The error that a record stands for; anything else stays what it is. */
export function errorOf(thrown: unknown): unknown {
  if (!isFailure(thrown)) return thrown;
  const { kind, message, nextTile, sessionLost } = thrown;
  if (kind === 'input') return new InputError(message);
  if (kind === 'memory') return new OutOfMemoryError(message, { nextTile, sessionLost });
  return kind === 'aborted' ? new DOMException(message, 'AbortError') : new Error(message);
}

/** Whether the worker is of no use any more. What nobody foresaw may have left anything behind. */
export function isFatal(thrown: unknown): boolean {
  return isFailure(thrown) && (thrown.kind === 'other' || thrown.sessionLost === true);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'kind' in value && !(value instanceof Error);
}
