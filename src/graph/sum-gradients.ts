/**
 * A value that several operators use has the sum of their gradients. Where a gradient only repeats or places a
 * smaller one, the sum is made of that, which saves passes over memory.
 */
import { add } from './ops/add.ts';
import { concat } from './ops/concat.ts';
import { unexpand } from './ops/expand.ts';
import { type Padded, pad, unpad } from './ops/pad.ts';
import { knownSize } from './shape.ts';
import type { Value } from './value.ts';

/** @param gradients of one value, all of its shape; at least one */
export function sumGradients(gradients: readonly Value[]): Value {
  const parts = joinSlices(gradients);
  const repeated = parts.filter((part) => unexpand(part));
  const others = parts.filter((part) => !unexpand(part));
  // Addition repeats by itself once one part has the whole shape.
  if (others.length > 0) return [...others, ...repeated.map((part) => unexpand(part)!)].reduce(add);
  return repeated.reduce(add);
}

/** The gradients of slices that follow each other as one; all others as they are. */
function joinSlices(gradients: readonly Value[]): Value[] {
  const joined = gradients.filter((gradient) => !unpad(gradient));
  let slices = gradients.flatMap((gradient) => unpad(gradient) ?? []).sort((a, b) => a.before - b.before);
  while (slices.length > 0) {
    const row = firstRow(slices);
    const [{ x, axis, before }] = row;
    const inner =
      row.length === 1
        ? x
        : concat(
            row.map((slice) => slice.x),
            axis,
          );
    joined.push(pad(inner, axis, before, row.at(-1)!.after));
    slices = slices.filter((slice) => !row.includes(slice));
  }
  return joined;
}

/** The first of some slices, sorted by position, and those of its axis that follow it without a gap. */
function firstRow([first, ...rest]: readonly Padded[]): [Padded, ...Padded[]] {
  const row: [Padded, ...Padded[]] = [first!];
  let end = endOf(first!);
  for (const slice of rest) {
    if (slice.axis !== first!.axis || slice.before !== end) continue;
    row.push(slice);
    end = endOf(slice);
  }
  return row;
}

function endOf({ x, axis, before }: Padded): number {
  return before + knownSize(x.shape[axis]);
}
