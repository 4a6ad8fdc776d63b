/** Sums of gradients in few passes: which operators they are made of, and that they are the same sums. */
import { expect, it } from 'vitest';
import { add } from '../../src/graph/ops/add.ts';
import { constant } from '../../src/graph/ops/constant.ts';
import { expand } from '../../src/graph/ops/expand.ts';
import { pad } from '../../src/graph/ops/pad.ts';
import { sumGradients } from '../../src/graph/sum-gradients.ts';
import { inOrder, type Value } from '../../src/graph/value.ts';
import { elementCount } from '../../src/tensor.ts';
import { runValues } from '../run-value.ts';

const whole = values(2, 6);
/** The positions from `start` of an axis of 6, the others 0. */
const slice = (start: number, size: number) => pad(values(2, size), 1, start, 6 - start - size);

function values(...dims: number[]): Value {
  return constant({ dims, data: Float32Array.from({ length: elementCount(dims) }, (_, i) => i + 1) });
}

const CASES = [
  ['one', [whole], []],
  ['whole ones', [whole, whole, whole], ['add', 'add']],
  ['what is repeated, and whole ones', [expand(values(2, 1), [2, 6]), whole], ['add']],
  [
    'nothing but what is repeated',
    [expand(values(1), [2, 6]), expand(values(6), [2, 6])],
    ['expand', 'expand', 'add'],
  ],
  ['slices that make up the axis', [slice(4, 2), slice(0, 1), slice(1, 3)], ['concat']],
  ['the same twice', [slice(0, 2), slice(0, 3), slice(3, 3), slice(2, 4)], ['concat', 'concat', 'add']],
  ['neighbours in the middle', [slice(1, 2), slice(3, 1), whole], ['concat', 'pad', 'add']],
  ['a gap between slices', [slice(0, 2), slice(3, 3)], ['pad', 'pad', 'add']],
  ['slices that overlap', [slice(0, 4), slice(2, 4)], ['pad', 'pad', 'add']],
  ['slices of two axes', [pad(values(1, 6), 0, 0, 1), slice(1, 5)], ['pad', 'pad', 'add']],
] as const;

// Starting a session takes longer than computing: one for all.
const programs = CASES.flatMap(([name, gradients]) => [
  [`${name}, found`, sumGradients(gradients)] as const,
  [`${name}, expected`, gradients.reduce(add)] as const,
]);
const computed = await runValues(Object.fromEntries(programs), {});

it.each(CASES)('of %s', (name, gradients, operators) => {
  const sum = sumGradients(gradients);
  expect(sum.shape).toEqual([2, 6]);
  const made = inOrder([sum]).flatMap((value) => (value.kind === 'computed' ? [value.operator.name] : []));
  expect(made.filter((operator) => operator !== 'constant').sort()).toEqual([...operators].sort());
  expect(computed[`${name}, found`]!.data).toEqual(computed[`${name}, expected`]!.data);
});
