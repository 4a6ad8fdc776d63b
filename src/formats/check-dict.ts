import { InputError } from '../errors.ts';
import { elementCount, formatDims, type StateDict } from '../tensor.ts';
import { quote } from './quote.ts';

/** Before writing: every tensor's data must fill its shape. @throws {InputError} naming the one that does not. */
export function checkDict(dict: StateDict): void {
  for (const [name, { data, dims }] of dict) {
    if (data.length !== elementCount(dims)) {
      throw new InputError(
        `expected tensor ${quote(name)} to hold ${elementCount(dims)} elements for shape ${formatDims(dims)}, ` +
          `found ${data.length}`,
      );
    }
  }
}
