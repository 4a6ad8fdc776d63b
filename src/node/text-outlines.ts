/**
 * Text as outlines of a font that comes with the package (Arimo, which is as wide as Arial and Helvetica).
 * sharp draws text of an SVG with whatever fonts the machine has, and empty boxes where it has none; outlines
 * look the same everywhere.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font } from 'opentype.js';
import type { TextRun } from '../evaluate/figure-captions.ts';

/** Fonts of one weight, each for other characters, in the order in which they are asked. */
const SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const;
/** Stands for a character that no font has. */
const REPLACEMENT = '?';

/** Of Arimo, in em: what a line takes above and below its baseline. */
export const ASCENT = 0.905;
export const DESCENT = 0.212;

const require = createRequire(import.meta.url);
const fonts = new Map<string, Font>();

function openFont(subset: string, bold: boolean): Font {
  const file = `@fontsource/arimo/files/arimo-${subset}-${bold ? 700 : 400}-normal.woff`;
  let font = fonts.get(file);
  if (!font) {
    const bytes = readFileSync(require.resolve(file));
    font = opentype.parse(new Uint8Array(bytes).buffer);
    fonts.set(file, font);
  }
  return font;
}

/** Characters of a text that have no outline and are drawn as "?". */
export function charactersWithoutOutline(text: string): string[] {
  return [...new Set(text.normalize('NFC'))].filter((character) => !fontOf(character, false));
}

/** The width of a line, in the unit of `size`, its height of an em. */
export function lineWidth(runs: readonly TextRun[], size: number): number {
  return pieces(runs).reduce((width, { font, text }) => width + font.getAdvanceWidth(text, size), 0);
}

/** SVG path data of a line whose baseline begins at (x, y). */
export function lineOutline(runs: readonly TextRun[], x: number, y: number, size: number): string {
  let left = x;
  return pieces(runs)
    .map(({ font, text }) => {
      const path = font.getPath(text, left, y, size).toPathData(2);
      left += font.getAdvanceWidth(text, size);
      return path;
    })
    .join('');
}

/** The line cut into pieces of one font each. */
function pieces(runs: readonly TextRun[]): { font: Font; text: string }[] {
  const result: { font: Font; text: string }[] = [];
  for (const { text, bold } of runs) {
    for (const character of text.normalize('NFC')) {
      const own = fontOf(character, bold);
      const font = own ?? openFont('latin', bold);
      const last = result.at(-1);
      const drawn = own ? character : REPLACEMENT;
      if (last?.font === font) last.text += drawn;
      else result.push({ font, text: drawn });
    }
  }
  return result;
}

function fontOf(character: string, bold: boolean): Font | undefined {
  for (const subset of SUBSETS) {
    const font = openFont(subset, bold);
    if (font.charToGlyph(character).index !== 0) return font;
  }
  return undefined;
}
