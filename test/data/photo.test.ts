import { describe, expect, it } from 'vitest';
import { seenFrom, timesScale } from '../../src/data/patch.ts';
import {
  areaToPhotograph,
  areaToSave,
  drawPhoto,
  PHOTO,
  type PhotoRecipe,
  photograph,
} from '../../src/data/photo.ts';
import { crop } from '../../src/image/crop.ts';
import { degradeBI } from '../../src/image/degrade.ts';
import { seededRandom } from '../../src/random.ts';
import { photo } from '../cli/pictures.ts';

const HR = photo(96, 84);
const OPTIONS = { scale: 2, border: 'symmetric' } as const;

it('a blur drawn as 0 is none', () => {
  expect(photograph(HR, { kernel: 'bicubic', blur: 0 }, OPTIONS)).toEqual(degradeBI(HR, 2));
});

describe('recipes', () => {
  const recipes = Array.from({ length: 4000 }, (_, seed) => drawPhoto(seededRandom(seed)));
  const share = (found: (recipe: PhotoRecipe) => unknown, among = recipes) =>
    among.filter((recipe) => found(recipe)).length / among.length;
  const isClean = (recipe: PhotoRecipe) => Object.keys(recipe).length === 1 && recipe.kernel === 'bicubic';

  it('have the shares that the constants say', () => {
    const dirty = 1 - PHOTO.clean;
    const untouched =
      (1 - PHOTO.kernel.probability) *
      (1 - PHOTO.blur.probability) *
      (1 - PHOTO.noise.probability) *
      (1 - PHOTO.jpeg.probability);
    expect(share(isClean)).toBeCloseTo(PHOTO.clean + dirty * untouched, 1);
    expect(share(({ blur }) => blur !== undefined)).toBeCloseTo(dirty * PHOTO.blur.probability, 1);
    expect(share(({ noise }) => noise !== undefined)).toBeCloseTo(dirty * PHOTO.noise.probability, 1);
    expect(share(({ jpeg }) => jpeg)).toBeCloseTo(dirty * PHOTO.jpeg.probability, 1);
    const saved = recipes.filter(({ jpeg }) => jpeg);
    expect(share(({ jpeg }) => jpeg!.subsampled, saved)).toBeCloseTo(PHOTO.jpeg.subsampled, 1);
    for (const other of PHOTO.kernel.others)
      expect(share(({ kernel }) => kernel === other)).toBeCloseTo((dirty * PHOTO.kernel.probability) / 3, 1);
  });

  it('reach from one bound to the other', () => {
    const range = (values: (number | undefined)[]) => {
      const found = values.filter((value) => value !== undefined);
      return [Math.min(...found), Math.max(...found)];
    };
    expect(range(recipes.map(({ jpeg }) => jpeg?.quality))).toEqual(PHOTO.jpeg.quality);
    expect(recipes.every(({ jpeg }) => jpeg === undefined || Number.isInteger(jpeg.quality))).toBe(true);
    for (const [values, [low, high]] of [
      [recipes.map(({ blur }) => blur), PHOTO.blur.sigma],
      [recipes.map(({ noise }) => noise), PHOTO.noise.sigma],
    ] as const) {
      const [least, most] = range([...values]) as [number, number];
      expect(least).toBeGreaterThanOrEqual(low);
      expect(least).toBeLessThan(low + 0.02 * (high - low));
      expect(most).toBeLessThanOrEqual(high);
      expect(most).toBeGreaterThan(high - 0.02 * (high - low));
    }
  });
});

describe('photograph', () => {
  it('is BI without blur', () => {
    expect(photograph(HR, { kernel: 'bicubic' }, OPTIONS)).toEqual(degradeBI(HR, 2));
    expect(photograph(HR, { kernel: 'box' }, OPTIONS)).not.toEqual(degradeBI(HR, 2));
  });

  it('becomes softer with blur', () => {
    const contrast = (blur?: number) => {
      const { data } = photograph(HR, { kernel: 'bicubic', ...(blur && { blur }) }, OPTIONS);
      return data.reduce((sum, value, i) => sum + Math.abs(value - (data[i + 3] ?? value)), 0);
    };
    expect(contrast(0.6)).toBeLessThan(contrast(0.3));
    expect(contrast(0.3)).toBeLessThan(contrast());
  });

  it.each([2, 3, 4])('of a part is part of that of the whole (scale %i)', (scale) => {
    const options = { ...OPTIONS, scale };
    for (const recipe of [
      { kernel: 'lanczos3', blur: 0.6 },
      { kernel: 'box', blur: 0.2 },
      { kernel: 'bicubic' },
    ] as const) {
      const whole = photograph(HR, recipe, options);
      for (const [left, top] of [
        [0, 0],
        [7, 6],
        [whole.width - 9, whole.height - 9],
      ] as const) {
        const area = { left, top, width: 9, height: 9 };
        const made = areaToPhotograph(area, whole);
        const part = photograph(crop(HR, timesScale(made, scale)), recipe, options);
        expect(crop(part, seenFrom(area, made))).toEqual(crop(whole, area));
      }
    }
  });
});

describe('areaToSave', () => {
  it('begins and ends between the blocks of JPEG, or with the picture', () => {
    const picture = { width: 75, height: 64 };
    const save = (left: number, top: number, width = 10, height = 10) => {
      const area = areaToSave({ left, top, width, height }, picture);
      return [area.left, area.top, area.width, area.height];
    };
    expect(save(20, 20)).toEqual([16, 16, 16, 16]);
    expect(save(16, 21)).toEqual([0, 16, 32, 16]);
    expect(save(20, 6)).toEqual([16, 0, 16, 32]);
    expect(save(0, 54)).toEqual([0, 48, 16, 16]);
    expect(save(65, 0)).toEqual([64, 0, 11, 16]);
  });
});
