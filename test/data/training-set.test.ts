import { describe, expect, it } from 'vitest';
import { checkPatchOptions, checkTrainingSet, type PictureSizes } from '../../src/data/training-set.ts';
import { InputError } from '../../src/errors.ts';

const OPTIONS = { scale: 2, patchSize: 8, batchSize: 2 };
const GOOD: PictureSizes[] = [
  { name: 'a.png', hr: { width: 9, height: 20 }, lr: { name: 'ax2.png', width: 4, height: 10 } },
  { name: 'b.png', hr: { width: 8, height: 8 } },
];

describe('checkPatchOptions', () => {
  it('takes a patch of a whole number of LR pixels', () =>
    expect(checkPatchOptions(OPTIONS)).toBeUndefined());

  it.each([
    [
      { patchSize: 100, scale: 3 },
      /^patch size: expected a multiple of the scale 3 .*found 100; the nearest is 99$/,
    ],
    [{ patchSize: 1, scale: 4 }, /the nearest is 4$/],
    [{ patchSize: 9.5 }, /^patch size: expected a whole number of 1 or more, found 9.5$/],
    [{ batchSize: 0 }, /^batch size: expected a whole number of 1 or more, found 0$/],
    [{ scale: Number.NaN }, /^scale: expected a whole number of 1 or more, found NaN$/],
  ])('refuses %o', (options, message) => {
    expect(() => checkPatchOptions({ ...OPTIONS, ...options })).toThrow(message);
    expect(() => checkPatchOptions({ ...OPTIONS, ...options })).toThrow(InputError);
  });
});

describe('checkTrainingSet', () => {
  it('takes LR of the size of HR divided by the scale, rounded down', () =>
    expect(checkTrainingSet(GOOD, OPTIONS)).toBeUndefined());

  it.each<[PictureSizes, string]>([
    [
      { name: 'c.png', hr: { width: 7, height: 30 } },
      'c.png: expected at least 8×8 pixels, the patch size, found 7×30',
    ],
    [
      { name: 'c.png', hr: { width: 20, height: 20 }, lr: { name: 'cx2.png', width: 10, height: 11 } },
      'cx2.png: expected 10×10 pixels, which is 20×20 of c.png divided by the scale 2, found 10×11',
    ],
  ])('names the picture and both sizes', (picture, message) => {
    expect(() => checkTrainingSet([...GOOD, picture], OPTIONS)).toThrow(new InputError(message));
  });

  it('refuses a batch larger than the set', () => {
    expect(() => checkTrainingSet(GOOD, { ...OPTIONS, batchSize: 3 })).toThrow(
      new InputError('batch size: expected at most 2, the number of pictures in the training set, found 3'),
    );
  });
});
