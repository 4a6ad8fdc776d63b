/**
 * Something that was given (a file, an option, a shape) is wrong. The message is one line that names the
 * thing, what was expected and what was found. The command line prints it as it is, without a stack.
 */
export class InputError extends Error {
  override name = 'InputError';
}
