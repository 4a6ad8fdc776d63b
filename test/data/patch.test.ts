import { describe, expect, it } from 'vitest';
import { areaToEnlarge, enlarge, toValues, type ValueFormat, writePlanes } from '../../src/data/patch.ts';
import { greyToRgb, rgbToYcbcr } from '../../src/image/colour.ts';
import { crop } from '../../src/image/crop.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { noise, picture } from '../image/helpers.ts';

const RGB: ValueFormat = { colors: 3, luma: 'studio', valueRange: 255 };
const COLOURS = picture(7, 5, 3, noise(new Uint8Array(105)));
const GREY = picture(7, 5, 1, noise(new Uint8Array(35)));

describe('values', () => {
  it('are those of the picture, or a share of the range', () => {
    expect(toValues(COLOURS, RGB).data).toEqual(Float32Array.from(COLOURS.data));
    const shares = Float32Array.from(COLOURS.data, (value) => value / 255);
    expect(toValues(COLOURS, { ...RGB, valueRange: 1 }).data).toEqual(shares);
  });

  it('repeat grey in three colours', () => {
    expect(toValues(GREY, RGB)).toEqual(toValues(greyToRgb(GREY), RGB));
    expect(toValues(GREY, RGB).channels).toBe(3);
  });

  it('of one colour are Y, not rounded', () => {
    const shares = { ...COLOURS, data: Float64Array.from(COLOURS.data, (value) => value / 255) };
    const expected = rgbToYcbcr(shares).data.filter((_, i) => i % 3 === 0);
    const { data, channels } = toValues(COLOURS, { ...RGB, colors: 1 });
    expect(channels).toBe(1);
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(255 * expected[i]!, 4);
  });

  it.each([
    ['studio', 16 / 255, 235 / 255],
    ['full', 0, 1],
  ] as const)('have the black and white of %s Y, from grey too', (luma, black, white) => {
    const format: ValueFormat = { colors: 1, luma, valueRange: 1 };
    for (const channels of [1, 3] as const) {
      const ends = picture(
        2,
        1,
        channels,
        Uint8Array.from({ length: 2 * channels }, (_, i) => (i < channels ? 0 : 255)),
      );
      const [first, last] = toValues(ends, format).data;
      expect(first).toBeCloseTo(black, 6);
      expect(last).toBeCloseTo(white, 6);
    }
  });
});

describe('a patch for a network that sees the enlarged picture', () => {
  const values = toValues(picture(20, 16, 3, noise(new Uint8Array(960))), RGB);

  it.each([
    [0, 0],
    [1, 2],
    [7, 5],
    [12, 8],
    [11, 7],
  ])('is what enlarging the whole picture gives (corner %i, %i)', (left, top) => {
    const square = { left, top, width: 8, height: 8 };
    const area = areaToEnlarge(square, values);
    const inside = { ...square, left: left - area.left, top: top - area.top };
    const expected = crop(imresize(values, 3), { left: 3 * left, top: 3 * top, width: 24, height: 24 });
    expect(enlarge(crop(values, area), inside, 3)).toEqual(expected);
  });
});

describe('planes', () => {
  /** Pixels 1..9, and 10 and 100 times that as the second and third colour. */
  const square: Image<Float32Array> = {
    width: 3,
    height: 3,
    channels: 3,
    data: Float32Array.from({ length: 27 }, (_, i) => (Math.floor(i / 3) + 1) * 10 ** (i % 3)),
  };

  it.each([
    [false, false, false, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [true, false, false, [3, 2, 1, 6, 5, 4, 9, 8, 7]],
    [false, true, false, [7, 8, 9, 4, 5, 6, 1, 2, 3]],
    [false, false, true, [1, 4, 7, 2, 5, 8, 3, 6, 9]],
    [true, true, false, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
    [true, false, true, [3, 6, 9, 2, 5, 8, 1, 4, 7]],
    [false, true, true, [7, 4, 1, 8, 5, 2, 9, 6, 3]],
    [true, true, true, [9, 6, 3, 8, 5, 2, 7, 4, 1]],
  ])('flipped sideways %s, up and down %s, transposed %s', (flipX, flipY, transpose, expected) => {
    const out = new Float32Array(27);
    writePlanes(square, { flipX, flipY, transpose }, out);
    expect([...out]).toEqual([1, 10, 100].flatMap((unit) => expected.map((value) => value * unit)));
  });
});
