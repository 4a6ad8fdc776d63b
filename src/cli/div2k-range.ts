import { UsageError } from './failure.ts';
import type { OriginalValues } from './original-options.ts';

/**
 * The validation pictures of DIV2K by the original's rule: from behind the training pictures to
 * `offset_val + n_val`.
 *
 * @returns `warning` where these are more or fewer than n_val
 * @throws {UsageError} where none are left
 */
export function validationRange({ n_train, offset_val, n_val }: OriginalValues): {
  first: number;
  last: number;
  warning?: string;
} {
  const [first, last] = [n_train + 1, offset_val + n_val];
  const advice = `--offset_val ${n_train} makes them ${first} to ${n_train + n_val}`;
  if (last < first)
    throw new UsageError(
      `--offset_val ${offset_val}: no validation pictures are left from n_train + 1 = ${first} to offset_val + ` +
        `n_val = ${last}; ${advice}`,
    );
  if (n_train === offset_val) return { first, last };
  return {
    first,
    last,
    warning: `validation pictures are ${first} to ${last}, from n_train + 1 to offset_val + n_val; ${advice}`,
  };
}
