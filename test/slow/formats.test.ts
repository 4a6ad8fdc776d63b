import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { fixture } from '../formats/fixtures.ts';
import { FUZZED, fuzz } from '../formats/mutate.ts';
import { tinyRcan } from '../models/tiny.ts';

const COUNT = 20_000;

const FILES = [
  ...FUZZED.map((name) => ({ name, bytes: fixture(name) })),
  { name: 'an ONNX model', bytes: exportOnnx(tinyRcan()) },
];

describe.each(FILES)('$name, damaged', ({ bytes }) => {
  test(`opens or is refused with one line, ${COUNT} times`, () => {
    const outcome = fuzz(bytes, COUNT, 1);
    expect(outcome.opened + outcome.refused).toBe(COUNT);
    expect(outcome.refused).toBeGreaterThan(COUNT / 6);
  });
});
