import type { Image } from '../image/image.ts';
import type { ProtocolName } from '../metrics/protocols.ts';
import { psnr } from '../metrics/psnr.ts';
import { ssim } from '../metrics/ssim.ts';
import { fitPair } from './fit.ts';
import { findShift } from './shift.ts';

/** PSNR in dB (Infinity for equal pictures) and SSIM. */
export interface Scores {
  readonly psnr: number;
  readonly ssim: number;
}

export interface Comparison extends Scores {
  /** What was done to the pictures first, one sentence each. */
  readonly notes: readonly string[];
  /** Signs that SR was not made from this HR in the usual way, one sentence each. */
  readonly warnings: readonly string[];
}

export interface CompareOptions {
  readonly protocol: ProtocolName;
  readonly scale: number;
}

/**
 * PSNR and SSIM of an SR picture against its HR picture, which is cut to a multiple of the scale where SR is.
 *
 * @throws {InputError} for sizes that do not fit, alpha, or less than 11 × 11 pixels after shaving
 */
export function comparePictures(sr: Image, hr: Image, options: CompareOptions): Comparison {
  const pair = fitPair(sr, hr, options.scale);
  const scores = { psnr: psnr(pair.sr, pair.hr, options), ssim: ssim(pair.sr, pair.hr, options) };
  return { ...scores, notes: pair.notes, warnings: suspicions(pair.sr, pair.hr, options.scale) };
}

function suspicions(sr: Image, hr: Image, scale: number): string[] {
  const warnings: string[] = [];
  if (sr.width % scale !== 0 || sr.height % scale !== 0) {
    warnings.push(
      `SR is ${sr.width}×${sr.height}, no multiple of ${scale}: it was resized or cut after it was enlarged`,
    );
  }
  const shift = findShift(sr, hr);
  if (shift) {
    const { dx, dy, gain } = shift;
    const rise = Number.isFinite(gain) ? `PSNR would rise by ${gain.toFixed(1)} dB` : 'it would equal HR';
    warnings.push(`SR looks shifted: moved back by (${dx}, ${dy}) pixels, ${rise}`);
  }
  return warnings;
}
