import { add } from '../graph/ops/add.ts';
import { attention } from '../graph/ops/attention.ts';
import { concat } from '../graph/ops/concat.ts';
import { half } from '../graph/ops/half.ts';
import { maxPool } from '../graph/ops/max-pool.ts';
import type { Value } from '../graph/value.ts';
import { type Block, block, sequential } from './block.ts';
import { conv } from './layers.ts';

const ROWS = 2;
const COLUMNS = 3;

/** Each quarter must have 2×2 pixels for its maximum to be taken. */
export const REGION_NON_LOCAL_LEAST_SIDE = 4;

/**
 * Region-level non-local block (SAN, section 3.2): to each pixel is added what attention over the pixels of its
 * quarter of the picture finds for it, where keys and values are the maxima of 2×2 pixels. Starts as the
 * identity. 1×1 convolutions do not mind borders, so they see the whole picture and their results are quartered.
 */
export function regionNonLocal(features: number, inner: number): Block {
  return block({
    children: {
      g: sequential([conv(features, inner, 1)]),
      W: zeroed(conv(inner, features, 1)),
      theta: conv(features, inner, 1),
      phi: sequential([conv(features, inner, 1)]),
    },
    forward(x, own) {
      const [queries, keys, values] = ['theta', 'phi', 'g'].map((name) => own.child(name)(x));
      const attend = (row: 0 | 1, column: 0 | 1) => {
        const quarter = (value: Value) => half(half(value, ROWS, row), COLUMNS, column);
        return attention(quarter(queries!), maxPool(quarter(keys!)), maxPool(quarter(values!)));
      };
      const top = concat([attend(0, 0), attend(0, 1)], COLUMNS);
      const bottom = concat([attend(1, 0), attend(1, 1)], COLUMNS);
      return add(own.child('W')(concat([top, bottom], ROWS)), x);
    },
  });
}

/** The same block with parameters that begin as zeros. */
function zeroed(part: Block): Block {
  const zeros = Object.entries(part.parameters).map(
    ([name, { shape }]) => [name, { shape, initial: { constant: 0 } }] as const,
  );
  return block({ ...part, parameters: Object.fromEntries(zeros) });
}
