import type { LRCheck } from '../metrics/lr-check.ts';
import { listNames } from './report.ts';

/** How the LR of one picture was made. */
export interface CheckedLR {
  readonly name: string;
  readonly check: LRCheck;
}

/** Networks for BI were trained on these or on what cannot be told from them. */
const LIKE_TRAINING: readonly (string | null)[] = ['BI replicate', 'BI symmetric', 'BI unrounded'];

/**
 * One line for each way in which the LR pictures were made: the method, how far they are from it, how many
 * pictures, and what that means for PSNR.
 */
export function summariseLR(pictures: readonly CheckedLR[]): string[] {
  const groups = new Map<string, CheckedLR[]>();
  for (const picture of pictures) {
    const { method, exact, best } = picture.check;
    const key = JSON.stringify([method, exact, best.method]);
    groups.set(key, [...(groups.get(key) ?? []), picture]);
  }
  return [...groups.values()].map((group) => line(group, group.length === pictures.length));
}

function line(group: readonly CheckedLR[], all: boolean): string {
  const [{ check }] = group as [CheckedLR];
  const { description } = check.best;
  const verdict =
    check.method === null ? `by no known method; the nearest is ${description}` : `probably ${description}`;
  const finding = check.exact ? `${description}, bit for bit` : `${verdict} (${distance(group)})`;
  const consequence = LIKE_TRAINING.includes(check.method) ? '' : ': expect lower PSNR';
  return `LR of ${whose(group, all)}: ${finding}${consequence}`;
}

function whose(group: readonly CheckedLR[], all: boolean): string {
  if (all) return group.length === 1 ? 'the picture' : `all ${group.length} pictures`;
  return listNames(group.map(({ name }) => name));
}

function distance(group: readonly CheckedLR[]): string {
  const shares = group.map(({ check }) => 100 * check.best.share);
  const [low, high] = [Math.min(...shares).toFixed(2), Math.max(...shares).toFixed(2)];
  const largest = Math.max(...group.map(({ check }) => check.best.largest));
  return `${low === high ? low : `${low}–${high}`} % of the samples differ, by up to ${largest}`;
}
