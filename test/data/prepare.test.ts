import { describe, expect, it } from 'vitest';
import { setName } from '../../src/data/layout.ts';
import { type PrepareOptions, preparedFiles } from '../../src/data/prepare.ts';
import { greyToRgb } from '../../src/image/colour.ts';
import { crop, modcrop } from '../../src/image/crop.ts';
import { degrade } from '../../src/image/degrade.ts';
import type { Samples } from '../../src/image/image.ts';
import { noise, picture } from '../image/helpers.ts';

const BABY = { set: 'Set5', name: 'baby' };
const DEFAULTS: PrepareOptions = {
  scales: [2, 3],
  degradation: 'BI',
  layout: 'rcan',
  border: 'symmetric',
  seed: 0,
};
const HR = picture(31, 29, 3, noise(new Uint8Array(31 * 29 * 3)));

function paths(options: Partial<PrepareOptions>): string[] {
  return preparedFiles(BABY, { ...DEFAULTS, ...options }).map(({ path }) => path);
}

function make(image: typeof HR | ReturnType<typeof picture>, options: Partial<PrepareOptions> = {}) {
  return preparedFiles<Samples>(BABY, { ...DEFAULTS, ...options }).map((file) => file.make(image));
}

describe('preparedFiles', () => {
  it('names files as the original programs do', () => {
    expect(paths({})).toEqual([
      'HR/Set5/x2/baby_HR_x2.png',
      'LR/LRBI/Set5/x2/baby_LRBI_x2.png',
      'HR/Set5/x3/baby_HR_x3.png',
      'LR/LRBI/Set5/x3/baby_LRBI_x3.png',
    ]);
    expect(paths({ layout: 'div2k' })).toEqual([
      'Set5_HR/baby.png',
      'Set5_LR_bicubic/X2/babyx2.png',
      'Set5_LR_bicubic/X3/babyx3.png',
    ]);
    expect(paths({ layout: 'div2k', degradation: 'BD', scales: [3] })[1]).toBe('Set5_LR_BD/X3/babyx3.png');
    expect(paths({ layout: 'flat', scales: [4] })).toEqual(['HR/x4/baby.png', 'LR/x4/baby.png']);
  });

  it('makes HR and LR for every scale', () => {
    const lr = (scale: number) => degrade(HR, { degradation: 'BI', scale });
    expect(make(HR)).toEqual([modcrop(HR, 2), lr(2), modcrop(HR, 3), lr(3)]);
    const replicated = degrade(HR, { degradation: 'BI', scale: 2, border: 'replicate' });
    expect(make(HR, { border: 'replicate' })[1]).toEqual(replicated);
    expect(replicated).not.toEqual(lr(2));
  });

  it('cuts an HR that serves several scales to a multiple of them all', () => {
    const shared = crop(HR, { left: 0, top: 0, width: 30, height: 24 });
    const [hr, x2, x3] = make(HR, { layout: 'div2k' });
    expect(hr).toEqual(shared);
    expect(x2).toEqual(degrade(shared, { degradation: 'BI', scale: 2 }));
    expect(x3).toEqual(degrade(shared, { degradation: 'BI', scale: 3 }));
  });

  it('makes RGB of grey, keeps 16 bits and refuses alpha', () => {
    const grey = picture(12, 12, 1, noise(new Uint16Array(144), 65535));
    expect(make(grey)[1]).toEqual(degrade(greyToRgb(grey), { degradation: 'BI', scale: 2 }));
    const clear = picture(12, 12, 4, new Uint8Array(576));
    expect(() => make(clear)).toThrow('alpha channel');
  });

  it('gives every picture noise of its own, the same on every run', () => {
    const noisy = (name: string, seed: number) =>
      preparedFiles<Samples>(
        { set: 'a', name },
        { ...DEFAULTS, degradation: 'DN', scales: [2], seed },
      )[1]!.make(HR);
    expect(noisy('a', 0)).toEqual(noisy('a', 0));
    expect(noisy('a', 0)).not.toEqual(noisy('b', 0));
    expect(noisy('a', 0)).not.toEqual(noisy('a', 1));
  });
});

describe('setName', () => {
  it.each([
    ['/data/HR/Set5/x2', 'Set5'],
    ['/data/Set5/HR', 'Set5'],
    ['C:\\data\\DIV2K_train_HR', 'DIV2K_train'],
    ['photos/', 'photos'],
    ['/', undefined],
  ])('of %s is %s', (folder, name) => expect(setName(folder)).toBe(name));
});
