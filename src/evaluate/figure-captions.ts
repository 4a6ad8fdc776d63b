/** What is written in a figure of crops. */
import type { ProtocolName } from '../metrics/protocols.ts';
import type { Scores } from './compare.ts';

/** A piece of a line of text. */
export interface TextRun {
  readonly text: string;
  readonly bold: boolean;
}

export function plainText(text: string): TextRun[] {
  return [{ text, bold: false }];
}

/**
 * PSNR / SSIM of each candidate with the papers' digits ("27.43 / 0.8765"). The best value is bold where there
 * are several candidates; those that print alike are equally good.
 */
export function valueLines(scores: readonly Scores[]): TextRun[][] {
  const psnrs = markBest(scores.map(({ psnr }) => (Number.isFinite(psnr) ? psnr.toFixed(2) : 'inf')));
  const ssims = markBest(scores.map(({ ssim }) => ssim.toFixed(4)));
  return scores.map((_, i) => [psnrs[i]!, ...plainText(' / '), ssims[i]!]);
}

function markBest(texts: readonly string[]): TextRun[] {
  const value = (text: string) => (text === 'inf' ? Number.POSITIVE_INFINITY : Number(text));
  const best = Math.max(...texts.map(value));
  return texts.map((text) => ({ text, bold: texts.length > 1 && value(text) === best }));
}

/** Below HR, in the place of the values. */
export const VALUES_TITLE = 'PSNR / SSIM';

/** The line at the foot of the figure. */
export function footnoteText(protocol: ProtocolName, candidates: number): string {
  const best = candidates > 1 ? '; best in bold' : '';
  return `PSNR (dB) / SSIM of the whole picture, protocol ${protocol}${best}.`;
}
