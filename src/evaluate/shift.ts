import { crop } from '../image/crop.ts';
import type { Image } from '../image/image.ts';
import { psnr } from '../metrics/psnr.ts';

/** How far the content of one picture lies to the right of and below that of another, in pixels. */
export interface Shift {
  readonly dx: number;
  readonly dy: number;
  /** What PSNR rises by when it is undone, in dB. */
  readonly gain: number;
}

/** Gain above which a shift is no coincidence, in dB. */
const SUSPICIOUS_GAIN = 1;
/** Largest side of the part from the middle that is looked at. */
const SIDE = 512;
const SMALLEST = 16;
const STEPS = [-1, 0, 1] as const;

/**
 * Tests whether SR agrees better with HR when it is moved by one pixel into one of the eight directions, as happens
 * when LR was not made or enlarged as MATLAB does.
 *
 * @returns the best shift, or undefined where none gains more than 1 dB or the pictures are smaller than 18 pixels
 */
export function findShift(sr: Image, hr: Image): Shift | undefined {
  const width = Math.min(SIDE, hr.width - 2);
  const height = Math.min(SIDE, hr.height - 2);
  if (Math.min(width, height) < SMALLEST) return undefined;
  const left = Math.floor((hr.width - width) / 2);
  const top = Math.floor((hr.height - height) / 2);
  const target = crop(hr, { left, top, width, height });
  const at = (dx: number, dy: number) =>
    psnr(crop(sr, { left: left + dx, top: top + dy, width, height }), target, { protocol: 'rgb' });
  const straight = at(0, 0);
  const moved = STEPS.flatMap((dy) => STEPS.map((dx) => ({ dx, dy, gain: at(dx, dy) - straight })));
  const best = moved.reduce((a, b) => (b.gain > a.gain ? b : a));
  return best.gain > SUSPICIOUS_GAIN ? best : undefined;
}
