/** Means, the JSON form of scores, and lists of names. */
import type { Scores } from './compare.ts';

/** Scores as JSON has them: Infinity, which JSON lacks, is `"inf"`; null where there are none. */
export interface JsonScores {
  readonly psnr: number | 'inf' | null;
  readonly ssim: number | null;
}

/** The mean of each score, or undefined where a picture has none: a mean of other pictures is another number. */
export function meanScores(scores: readonly (Scores | undefined)[]): Scores | undefined {
  const known = scores.filter((score) => score !== undefined);
  if (known.length === 0 || known.length < scores.length) return undefined;
  const mean = (of: (score: Scores) => number) =>
    known.reduce((sum, score) => sum + of(score), 0) / known.length;
  return { psnr: mean(({ psnr }) => psnr), ssim: mean(({ ssim }) => ssim) };
}

export function jsonScores(scores: Scores | undefined): JsonScores {
  if (!scores) return { psnr: null, ssim: null };
  return { psnr: Number.isFinite(scores.psnr) ? scores.psnr : 'inf', ssim: scores.ssim };
}

/** Names that a list gives before it only counts. */
const LISTED = 3;

/** "a, b, c and 2 more". */
export function listNames(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return names.slice(0, LISTED).join(', ') + more;
}
