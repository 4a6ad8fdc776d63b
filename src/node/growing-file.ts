import { appendFileSync, closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs';
import { cannotBeWritten } from './write-file.ts';

/** A text that grows at its end. What was appended is there even if the process is killed right after. */
export interface GrowingFile {
  append(text: string): void;
  /** Makes it survive a power cut, too. */
  flush(): void;
  close(): void;
}

/**
 * Opens a text, or begins one. Half a line at its end, as a full disk or a killed process leaves it, is ended, so
 * that what comes next stands on a line of its own.
 *
 * @throws {InputError} here and in `append` and `flush`, where it cannot be written
 */
export function openGrowing(path: string): GrowingFile {
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
  };
  const file = guarded(() => openSync(path, 'a+'));
  const append = (text: string) => guarded(() => appendFileSync(file, text));
  try {
    if (guarded(() => endsWithinLine(file))) append('\n');
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return { append, flush: () => guarded(() => fsyncSync(file)), close: () => closeSync(file) };
}

/** Adds to a text, or begins one. @throws {InputError} where it cannot be written */
export function appendText(path: string, text: string): void {
  const file = openGrowing(path);
  try {
    file.append(text);
  } finally {
    file.close();
  }
}

function endsWithinLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
}
