import { InputError, OutOfMemoryError } from '../errors.ts';

/** Options that do not make sense together, or name something that does not exist: exit code 2. */
export class UsageError extends InputError {
  override name = 'UsageError';
}

/** Runs what reads options: what is wrong with them is wrong usage. */
export function asUsage<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof InputError ? new UsageError(error.message) : error;
  }
}

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What a person is told of an error: one line, and with --debug its stack below. */
export function oneLine(error: unknown): string {
  const line = describe(error);
  const debug = process.argv.includes('--debug') && error instanceof Error;
  return debug ? `${line}\n${error.stack}` : line;
}

function describe(error: unknown): string {
  if (error instanceof InputError || error instanceof OutOfMemoryError)
    return error.message.replaceAll(/\s*\n\s*/g, ' ');
  const message = error instanceof Error ? error.message : String(error);
  return `something went wrong inside sisr: ${message.split('\n')[0]} (--debug shows where)`;
}
