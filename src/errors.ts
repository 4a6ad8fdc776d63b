/**
 * Something that was given (a file, an option, a shape) is wrong. The message is one line that names the
 * thing, what was expected and what was found. The command line prints it as it is, without a stack.
 */
export class InputError extends Error {
  override name = 'InputError';
}

/** @throws {InputError} where it does not hold; options are checked even where types say it all, as JavaScript has none */
export function expectThat(holds: boolean, name: string, expected: string, found: unknown): void {
  if (!holds) throw new InputError(`${name}: expected ${expected}, found ${found}`);
}

/** What a network gave is not a number, as weights that fit badly or were spoilt in training give. */
export class NotANumberError extends InputError {}

/**
 * A run of a network needed more memory than there is, or the graphics card gave up, mostly for the same reason.
 */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError';
  /** Side of the next smaller tile to try, in pixels; undefined where no smaller tile helps. */
  readonly nextTile: number | undefined;
  /** Whether the session that ran the network is of no use any more. */
  readonly sessionLost: boolean;

  constructor(
    message: string,
    {
      nextTile,
      sessionLost = false,
    }: { nextTile?: number | undefined; sessionLost?: boolean | undefined } = {},
  ) {
    super(message);
    this.nextTile = nextTile;
    this.sessionLost = sessionLost;
  }
}

/** Runs `action`; where it finds wrong input, the message names the file (or whatever it came from) first. */
export function naming<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
