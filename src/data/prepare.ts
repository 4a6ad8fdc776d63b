import { InputError } from '../errors.ts';
import type { Border } from '../image/axis.ts';
import { greyToRgb } from '../image/colour.ts';
import { modcrop } from '../image/crop.ts';
import { type Degradation, degrade } from '../image/degrade.ts';
import { hasAlpha, type Image, type Samples } from '../image/image.ts';
import { LAYOUTS, type Layout, type PreparedName } from './layout.ts';

/** All degradations, the default first. */
export const DEGRADATIONS: readonly Degradation[] = ['BI', 'BD', 'DN'];

export interface PrepareOptions {
  readonly scales: readonly number[];
  readonly degradation: Degradation;
  readonly layout: Layout['name'];
  readonly border: Border;
  /** Start of the noise of DN; every picture gets its own from this and its name. */
  readonly seed: number;
}

/** A file that is made of a picture. */
export interface PreparedFile<S extends Samples = Samples> {
  readonly kind: 'HR' | 'LR';
  readonly scale: number;
  /** Path with / below the output folder. */
  readonly path: string;
  readonly make: (hr: Image<S>) => Image<S>;
}

/** @throws {InputError} for an unknown layout */
function findLayout(name: string): Layout {
  const found = LAYOUTS.find((layout) => layout.name === name);
  if (found) return found;
  throw new InputError(
    `layout: expected one of ${LAYOUTS.map((layout) => layout.name).join(', ')}, found ${name}`,
  );
}

/**
 * The HR and LR files of a picture, one pair for every scale or, in layouts that share HR, one HR for all. HR is cut
 * to a multiple of the scale, or of all scales where it is shared; grey becomes RGB, 16 bits stay 16 bits.
 */
export function preparedFiles<S extends Samples>(
  picture: Pick<PreparedName, 'set' | 'name'>,
  options: PrepareOptions,
): PreparedFile<S>[] {
  const layout = findLayout(options.layout);
  const { degradation, border } = options;
  const seed = noiseSeed(options.seed, picture.name);
  const common = leastCommonMultiple(options.scales);
  return options.scales.flatMap((scale, index) => {
    const named = { ...picture, scale, degradation };
    const crop = (hr: Image<S>) => modcrop(greyToRgb(refuseAlpha(hr)), layout.sharesHR ? common : scale);
    const lr = (hr: Image<S>) => degrade(crop(hr), { degradation, scale, border, seed });
    const files: PreparedFile<S>[] = [{ kind: 'LR', scale, path: layout.lr(named), make: lr }];
    if (index === 0 || !layout.sharesHR)
      files.unshift({ kind: 'HR', scale, path: layout.hr(named), make: crop });
    return files;
  });
}

/** @throws {InputError} for a picture with an alpha channel */
export function refuseAlpha<S extends Samples>(hr: Image<S>): Image<S> {
  if (hasAlpha(hr)) {
    throw new InputError(
      'has an alpha channel, which these networks do not know; remove it or flatten it onto a background first',
    );
  }
  return hr;
}

/** FNV-1a of the name, added: the same whatever else is prepared and in which order. */
function noiseSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return seed + hash;
}

function leastCommonMultiple(numbers: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return numbers.reduce((a, b) => (a * b) / divisor(a, b), 1);
}
