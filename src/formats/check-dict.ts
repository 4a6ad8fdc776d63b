import { expectThat, InputError } from '../errors.ts';
import { elementCount, formatDims, type StateDict } from '../tensor.ts';
import { quote } from './quote.ts';

/**
 * Before writing: every tensor must hold float32 that fills its shape.
 *
 * @throws {InputError} naming the one that does not.
 */
export function checkDict(dict: StateDict): void {
  for (const [name, { data, dims }] of dict) {
    if (!(data instanceof Float32Array)) {
      const found = (data as object | undefined)?.constructor.name;
      throw new InputError(`expected tensor ${quote(name)} to be a Float32Array, found ${found}`);
    }
    if (data.length !== elementCount(dims)) {
      throw new InputError(
        `expected tensor ${quote(name)} to hold ${elementCount(dims)} elements for shape ${formatDims(dims)}, ` +
          `found ${data.length}`,
      );
    }
  }
}

/** @throws {InputError} naming the first value that is no text. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(metadata))
    expectThat(typeof value === 'string', `metadata ${quote(key)}`, 'text', typeof value);
}
