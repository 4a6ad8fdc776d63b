import { describe, expect, it } from 'vitest';
import { checkBatchSize, checkHR, checkLRSize, checkPatchOptions } from '../../src/data/training-set.ts';
import { InputError } from '../../src/errors.ts';

const OPTIONS = { scale: 2, patchSize: 8, batchSize: 2 };
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

describe('the pictures', () => {
  it('are at least as large as the patch', () => {
    expect(checkHR({ name: 'a.png', width: 8, height: 20 }, 8)).toBeUndefined();
    expect(() => checkHR({ name: 'a.png', width: 7, height: 30 }, 8)).toThrow(
      new InputError('a.png: expected at least 8×8 pixels, the patch size, found 7×30'),
    );
  });

  it('have LR of the size of HR divided by the scale, rounded down', () => {
    const hr = { name: 'a.png', width: 21, height: 20 };
    expect(checkLRSize({ name: 'ax2.png', width: 10, height: 10 }, hr, 2)).toBeUndefined();
    expect(() => checkLRSize({ name: 'ax2.png', width: 10, height: 11 }, hr, 2)).toThrow(
      new InputError(
        'ax2.png: expected 10×10 pixels, which is 21×20 of a.png divided by the scale 2, found 10×11',
      ),
    );
  });

  it('are at least as many as a batch holds', () => {
    expect(checkBatchSize(2, 2)).toBeUndefined();
    expect(() => checkBatchSize(3, 2)).toThrow(
      new InputError('batch size: expected at most 2, the number of pictures in the training set, found 3'),
    );
  });
});
