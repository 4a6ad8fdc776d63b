import { describe, expect, it } from 'vitest';
import { isInside } from '../../src/image/crop.ts';

describe('isInside', () => {
  it.each([
    [{ left: 0, top: 0, width: 8, height: 6 }, true],
    [{ left: 7, top: 5, width: 1, height: 1 }, true],
    [{ left: 1, top: 0, width: 8, height: 6 }, false],
    [{ left: 0, top: 1, width: 8, height: 6 }, false],
    [{ left: -1, top: 0, width: 2, height: 2 }, false],
    [{ left: 0, top: 0, width: 0, height: 2 }, false],
  ])('%o in 8×6: %s', (region, inside) => {
    expect(isInside(region, { width: 8, height: 6 })).toBe(inside);
  });
});
