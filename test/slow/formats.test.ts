import { describe, expect, test } from 'vitest';
import { fixture } from '../formats/fixtures.ts';
import { FUZZED, fuzz } from '../formats/mutate.ts';

const COUNT = 20_000;

describe.each(FUZZED)('%s, damaged', (name) => {
  test(`opens or is refused with one line, ${COUNT} times`, () => {
    const outcome = fuzz(fixture(name), COUNT, 1);
    expect(outcome.opened + outcome.refused).toBe(COUNT);
    expect(outcome.refused).toBeGreaterThan(COUNT / 6);
  });
});
