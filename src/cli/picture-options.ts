/** The options of commands that take pictures from anywhere. */
import { Option } from 'commander';
import { positiveInteger } from './values.ts';

/**
 * `--limit-pixels`.
 *
 * @param what is done with a picture that is not too large
 * @param limit the default: the number of a square's pixels
 */
export function limitPixelsOption(what: string, limit: number): Option {
  const side = Math.sqrt(limit);
  return new Option('--limit-pixels <count>', `pixels of the largest picture that is ${what}`)
    .argParser(positiveInteger)
    .default(limit, `${side}×${side}`);
}
