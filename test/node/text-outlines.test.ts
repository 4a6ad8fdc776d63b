import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/evaluate/figure-captions.ts';
import { charactersWithoutOutline, lineOutline, lineWidth } from '../../src/node/text-outlines.ts';

describe('text outlines', () => {
  it('have letters for European names, digits and signs', () => {
    expect(charactersWithoutOutline('RCAN (paper) ×4 – 29.36 / 0.9343 Žluťoučký Ελλάς Бабочка Việt')).toEqual(
      [],
    );
  });

  it('name the characters that they lack', () => {
    expect(charactersWithoutOutline('漢字漢 a')).toEqual(['漢', '字']);
    expect(lineWidth(plainText('漢a'), 100)).toBe(lineWidth(plainText('?a'), 100));
  });

  it('are as wide as Arial: a digit is 1139 of 2048 units', () => {
    expect(lineWidth(plainText('1234'), 2048)).toBe(4 * 1139);
  });

  it('draw bold text wider, and one piece after the other', () => {
    const bold = [{ text: 'abc', bold: true }];
    expect(lineWidth(bold, 100)).toBeGreaterThan(lineWidth(plainText('abc'), 100));
    expect(lineWidth([...plainText('abc'), ...bold], 100)).toBeCloseTo(
      lineWidth(plainText('abc'), 100) + lineWidth(bold, 100),
    );
  });

  it('begin at the given point and scale with the size', () => {
    const [, x = '', y = ''] =
      /^M(-?[\d.]+)[ ,]?(-?[\d.]+)/.exec(lineOutline(plainText('I'), 1000, 500, 100)) ?? [];
    expect(Number(x)).toBeGreaterThan(1000);
    expect(Number(x)).toBeLessThan(1030);
    expect(Number(y)).toBeGreaterThan(420);
    expect(Number(y)).toBeLessThanOrEqual(500);
  });
});
