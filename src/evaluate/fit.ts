import { lrSize } from '../data/training-set.ts';
import { InputError } from '../errors.ts';
import { greyToRgb } from '../image/colour.ts';
import { crop } from '../image/crop.ts';
import { hasAlpha, type Image } from '../image/image.ts';

/** Two pictures that can be compared, and what was done to them, one sentence each. */
export interface FittedPair {
  readonly sr: Image;
  readonly hr: Image;
  readonly notes: readonly string[];
}

/**
 * Brings HR to SR's size where HR was only not cut to a multiple of the scale, and grey to RGB, as the original's
 * preparation of test pictures does: Y of grey as RGB spans less than grey itself, which gives 1.3 dB more.
 *
 * @throws {InputError} for any other difference in size, naming both
 */
export function fitPair(sr: Image, hr: Image, scale: number): FittedPair {
  const notes: string[] = [];
  const cropped = fitSize(sr, hr, scale, notes);
  const grey = Object.entries({ SR: sr, HR: cropped }).filter(([, { channels }]) => channels === 1);
  if (grey.length === 0 || hasAlpha(sr) || hasAlpha(cropped)) return { sr, hr: cropped, notes };
  notes.push(
    `${grey.map(([name]) => name).join(' and ')} ${grey.length > 1 ? 'are' : 'is'} grey and compared as RGB`,
  );
  return { sr: greyToRgb(sr), hr: greyToRgb(cropped), notes };
}

function fitSize(sr: Image, hr: Image, scale: number, notes: string[]): Image {
  const { width, height } = sr;
  if (width === hr.width && height === hr.height) return hr;
  if (isModcrop(width, hr.width, scale) && isModcrop(height, hr.height, scale)) {
    notes.push(`HR was cut to a multiple of ${scale}, as SR is`);
    return crop(hr, { left: 0, top: 0, width, height });
  }
  const lr = lrSize(hr, scale);
  const isLR = width === lr.width && height === lr.height;
  throw new InputError(
    `expected SR of HR's size ${size(hr)}, found ${size(sr)}${isLR ? `: this is the LR of scale ${scale}` : ''}`,
  );
}

function isModcrop(cut: number, whole: number, scale: number): boolean {
  return cut === whole || cut === whole - (whole % scale);
}

function size({ width, height }: Image): string {
  return `${width}×${height}`;
}
