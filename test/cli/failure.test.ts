import { expect, it } from 'vitest';
import { oneLine } from '../../src/cli/failure.ts';
import { OutOfMemoryError } from '../../src/errors.ts';

it('memory that runs out is no mistake of the program', () => {
  const message = 'not enough memory to enlarge tiles of 512 pixels: try tile 256';
  expect(oneLine(new OutOfMemoryError(message))).toBe(message);
});
