import { expect, it } from 'vitest';
import { duration } from '../../src/cli/progress.ts';

it.each([
  [0, '0s'],
  [7.2, '8s'],
  [59.5, '1m00s'],
  [185, '3m05s'],
  [7805, '2h10m'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));
