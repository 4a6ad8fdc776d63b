import { describe, expect, it } from 'vitest';
import { seenFrom } from '../../../src/data/patch.ts';
import { areaToSave, drawPhoto, photograph } from '../../../src/data/photo.ts';
import { InputError } from '../../../src/errors.ts';
import { crop, modcrop } from '../../../src/image/crop.ts';
import { photoPatch, throughJpeg } from '../../../src/node/training-data/photo-patch.ts';
import { rasterInMemory } from '../../../src/node/training-data/raster.ts';
import { seededRandom } from '../../../src/random.ts';
import { photo } from '../../cli/pictures.ts';
import { picture } from '../../image/helpers.ts';
import { batches, open, photographs } from './helpers.ts';

const HR = photo(131, 110);
const OPTIONS = { scale: 2, border: 'symmetric' } as const;
const AREAS = [
  [0, 0],
  [21, 17],
  [55, 45],
  [13, 31],
].map(([left, top]) => ({ left: left!, top: top!, width: 10, height: 10 }));

describe('JPEG', () => {
  it.each([true, false])(
    'of the blocks around a patch is part of that of the whole (4:2:0: %s)',
    async (subsampled) => {
      const settings = { quality: 50, subsampled };
      const whole = await throughJpeg(HR, settings);
      for (const area of AREAS) {
        const saved = areaToSave(area, HR);
        const part = await throughJpeg(crop(HR, saved), settings);
        expect(crop(part, seenFrom(area, saved))).toEqual(crop(whole, area));
      }
    },
  );

  it('keeps grey grey and leaves out the more, the lower the quality', async () => {
    const grey = picture(
      40,
      30,
      1,
      photo(40, 30).data.filter((_, i) => i % 3 === 0),
    );
    const loss = async (quality: number) => {
      const { data, channels, width, height } = await throughJpeg(grey, { quality, subsampled: true });
      expect([width, height, channels]).toEqual([40, 30, 1]);
      return data.reduce((sum, value, i) => sum + Math.abs(value - grey.data[i]!), 0);
    };
    expect(await loss(95)).toBeLessThan(await loss(40));
  });
});

describe('a patch of photo', () => {
  const raster = rasterInMemory(HR);
  const seeds = Array.from({ length: 120 }, (_, seed) => seed);

  it('is part of the whole picture that went through its recipe', async () => {
    const recipes = seeds.map((seed) => ({ seed, recipe: drawPhoto(seededRandom(seed)) }));
    const silent = recipes.filter(({ recipe }) => recipe.noise === undefined);
    const kinds = new Set(silent.map(({ recipe }) => `${recipe.kernel} ${!recipe.blur} ${!recipe.jpeg}`));
    expect(kinds.size).toBeGreaterThan(6);
    for (const { seed, recipe } of silent) {
      const made = photograph(modcrop(HR, 2), recipe, OPTIONS);
      const whole = recipe.jpeg ? await throughJpeg(made, recipe.jpeg) : made;
      const area = AREAS[seed % AREAS.length]!;
      expect(await photoPatch(raster, area, OPTIONS, seededRandom(seed))).toEqual(crop(whole, area));
    }
  });

  it('has the noise of its recipe', async () => {
    const seed = seeds.find((each) => {
      const { noise = 0, jpeg } = drawPhoto(seededRandom(each));
      return noise > 2 && !jpeg;
    })!;
    const recipe = drawPhoto(seededRandom(seed));
    const area = { left: 0, top: 0, width: 65, height: 55 };
    const { data } = await photoPatch(raster, area, OPTIONS, seededRandom(seed));
    const silent = photograph(modcrop(HR, 2), recipe, OPTIONS).data;
    const square = data.reduce((sum, value, i) => sum + (value - silent[i]!) ** 2, 0) / data.length;
    expect(Math.sqrt(square)).toBeCloseTo(recipe.noise!, 0);
  });
});

describe('training data of photo', async () => {
  const { pairs } = await photographs(3);
  const options = { degradation: 'photo', patchSize: 12 } as const;

  it('is the same for any number of workers, and HR is that of other degradations', async () => {
    const found = await batches(pairs, options);
    expect(await batches(pairs, { ...options, workers: 2 })).toEqual(found);
    expect(found.map(({ target }) => target)).toEqual((await batches(pairs)).map(({ target }) => target));
    expect(found.map(({ input }) => input)).not.toEqual((await batches(pairs)).map(({ input }) => input));
    expect((await batches(pairs, { ...options, enlargedInput: true }))[0]!.input.dims).toEqual([
      3, 3, 12, 12,
    ]);
  });

  it('has clean patches among the others', async () => {
    const indices = Array.from({ length: 60 }, (_, i) => i);
    const one = { batchSize: 1 };
    const clean = await batches(pairs, one, indices);
    const found = await batches(pairs, { ...options, ...one }, indices);
    const same = found.filter(({ input }, i) => String(input.data) === String(clean[i]!.input.data)).length;
    expect(same).toBeGreaterThan(5);
    expect(same).toBeLessThan(25);
  });

  it('makes its own LR', async () => {
    const refused = open([{ ...pairs[0]!, lr: pairs[0]!.hr }], options);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/0\.png: expected no LR pictures, as photo makes its own of HR$/);
  });
});
