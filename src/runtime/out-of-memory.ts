import { OutOfMemoryError } from '../errors.ts';

/** How ONNX Runtime, C++, Node and browsers say that memory ran out. The last: past 32-bit addresses. */
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|failed to allocate|could not allocate|allocation failed|array length|shape is too large/i;

/** Whether an error of the platform says that memory ran out: for the network, or for an array. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && !(error instanceof OutOfMemoryError) && OUT_OF_MEMORY.test(error.message);
}

/** @throws {OutOfMemoryError} where `action` fails for lack of memory */
export async function tellingOfMemory<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw isOutOfMemory(error) ? new OutOfMemoryError('not enough memory') : error;
  }
}
