import { InputError } from '../errors.ts';
import type { Architecture, NetworkOptions } from './architecture.ts';

/** @throws {InputError} where pictures of this size are too small for the network, naming it */
export function checkSize(
  { title, leastSide = 1 }: Pick<Architecture<NetworkOptions>, 'title' | 'leastSide'>,
  height: number,
  width: number,
): void {
  if (Math.min(height, width) < leastSide)
    throw new InputError(
      `${title} needs pictures of at least ${leastSide}×${leastSide} pixels, found ${width}×${height}`,
    );
}
