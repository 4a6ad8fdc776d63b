/** Errors lose their class on the way between a worker and its page: they travel as plain records. */
import { InputError, OutOfMemoryError } from '../errors.ts';
import { isOutOfMemory } from './runtime.ts';

export interface Failure {
  readonly kind: 'input' | 'memory' | 'other';
  readonly message: string;
  readonly nextTile?: number | undefined;
}

/** What is thrown across the border instead of `error`. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InputError) return { kind: 'input', message };
  if (error instanceof OutOfMemoryError) return { kind: 'memory', message, nextTile: error.nextTile };
  // Outside of a run it is the picture itself: no tile changes that.
  if (isOutOfMemory(error))
    return { kind: 'memory', message: `not enough memory for a picture of this size (${message})` };
  return { kind: 'other', message };
}

export function errorOf(failure: unknown): unknown {
  if (!isFailure(failure)) return failure;
  const { kind, message, nextTile } = failure;
  if (kind === 'input') return new InputError(message);
  return kind === 'memory' ? new OutOfMemoryError(message, nextTile) : new Error(message);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'kind' in value && !(value instanceof Error);
}
