import { expect, it } from 'vitest';
import { peakBytes } from '../../src/graph/memory.ts';
import { add } from '../../src/graph/ops/add.ts';
import { attention } from '../../src/graph/ops/attention.ts';
import { pixelShuffle } from '../../src/graph/ops/pixel-shuffle.ts';
import { relu } from '../../src/graph/ops/relu.ts';
import { pictureShape } from '../../src/graph/shape.ts';
import { input } from '../../src/graph/value.ts';

const SIZES = { batch: 1, height: 10, width: 10 };
const PICTURE = 4 * 4 * 100;

it('counts a chain as two values at a time', () => {
  const x = input('x', pictureShape(4));
  expect(peakBytes([relu(relu(relu(relu(x))))], SIZES)).toBe(2 * PICTURE);
});

it('counts a value for as long as a skip connection needs it', () => {
  const x = input('x', pictureShape(4));
  expect(peakBytes([add(relu(relu(x)), x)], SIZES)).toBe(3 * PICTURE);
});

it('counts what an operator needs while it computes', () => {
  const x = input('x', pictureShape(4));
  const found = peakBytes([attention(x, x, x)], { batch: 1, height: 100, width: 100 });
  const pixels = 100 * 100;
  expect(found).toBeGreaterThan(4 * 256 * pixels); // a block of weights
  expect(found).toBeLessThan((4 * pixels * pixels) / 10); // all of them
});

it('grows with the picture', () => {
  const x = pixelShuffle(input('x', pictureShape(4)), 2);
  expect(peakBytes([x], { batch: 1, height: 20, width: 20 })).toBe(4 * peakBytes([x], SIZES));
});
