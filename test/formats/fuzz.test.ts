import { describe, expect, test } from 'vitest';
import { fixture } from './fixtures.ts';
import { FUZZED, fuzz, openHostile } from './mutate.ts';

describe.each(FUZZED)('%s, damaged', (name) => {
  test('opens or is refused with one line, 300 times', () => {
    const outcome = fuzz(fixture(name), 300, 20180708);
    expect(outcome.opened + outcome.refused).toBe(300);
    expect(outcome.refused).toBeGreaterThan(50);
    expect(outcome.messages.size).toBeGreaterThan(5);
  });

  test('is refused when cut anywhere', () => {
    const bytes = fixture(name);
    // Tar ends in empty blocks; what counts is there earlier.
    const end = name.endsWith('.tar') ? bytes.findLastIndex((byte) => byte !== 0) : bytes.length;
    const step = Math.ceil(end / 700);
    for (let length = 0; length < end; length += step) {
      expect(openHostile(bytes.subarray(0, length)), `cut to ${length} bytes`).toBeDefined();
    }
    expect(openHostile(bytes)).toBeUndefined();
  });
});
