import { InputError } from '../errors.ts';
import { type PersistentLoad, PICKLE_LIMITS, PickleMachine } from './pickle-machine.ts';
import { OPERATIONS } from './pickle-opcodes.ts';
import type { PickleValue } from './pickle-values.ts';

const STOP = 0x2e;

export interface Unpickled {
  readonly value: PickleValue;
  /** Offset in the bytes just past the pickle's STOP. */
  readonly end: number;
}

/**
 * Reads one pickle as plain data. A pickle is a program for Python's unpickler; this interprets only the
 * opcodes that build data, names only what a fixed table lists, and calls nothing that a file chooses.
 *
 * @param bytes the pickle, which may be followed by anything.
 * @param start offset of its first byte.
 * @param persistentLoad resolves references to storages; without it they are refused.
 * @throws {InputError} where the pickle is cut short, uses anything else, or exceeds a limit.
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export function unpickle(bytes: Uint8Array, start = 0, persistentLoad?: PersistentLoad): Unpickled {
  const machine = new PickleMachine(bytes.subarray(0, start + PICKLE_LIMITS.bytes), start, persistentLoad);
  const { reader } = machine;
  for (;;) {
    const at = reader.position;
    const code = reader.uint8();
    if (code === STOP) return { value: machine.pop(), end: reader.position };
    machine.countOperation();
    const operation = OPERATIONS.get(code);
    if (!operation) {
      throw new InputError(
        `expected a pickle of plain data, found opcode 0x${code.toString(16).padStart(2, '0')} at offset ${at}`,
      );
    }
    operation(machine);
  }
}
