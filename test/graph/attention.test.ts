/** Attention between so many pixels that the matrix of all weights would take 800 MB. */
import { expect, it } from 'vitest';
import { attention } from '../../src/graph/ops/attention.ts';
import { input } from '../../src/graph/value.ts';
import type { Tensor } from '../../src/tensor.ts';
import { ramp } from '../models/batches.ts';
import { runValue } from '../run-value.ts';

const MIB = 1024 ** 2;

it('never has the matrix of all weights', async () => {
  const queries = ramp([1, 3, 200, 200], 3);
  const keys = ramp([1, 3, 50, 100], 2);
  const values = ramp([1, 2, 50, 100], 1);
  const operands = [input('q', queries.dims), input('k', keys.dims), input('v', values.dims)] as const;
  const program = attention(...operands);
  const before = process.resourceUsage().maxRSS * 1024;
  const found = await runValue(program, { q: queries, k: keys, v: values });
  expect(process.resourceUsage().maxRSS * 1024 - before).toBeLessThan(250 * MIB);
  for (const pixel of [0, 255, 256, 39_999]) {
    for (const [channel, expected] of attend(queries, keys, values, pixel).entries())
      expect(found.data[channel * 40_000 + pixel]).toBeCloseTo(expected, 5);
  }
});

/** The formula, in double precision, for one query. */
function attend(queries: Tensor, keys: Tensor, values: Tensor, pixel: number): number[] {
  const at = (tensor: Tensor, channel: number, i: number) =>
    tensor.data[(channel * tensor.data.length) / tensor.dims[1]! + i]!;
  const count = keys.data.length / 3;
  const weights = Array.from({ length: count }, (_, i) =>
    Math.exp([0, 1, 2].reduce((sum, c) => sum + at(queries, c, pixel) * at(keys, c, i), 0)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [0, 1].map((c) => weights.reduce((sum, weight, i) => sum + weight * at(values, c, i), 0) / total);
}
