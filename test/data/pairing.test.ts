import { describe, expect, it } from 'vitest';
import { pictureName } from '../../src/data/file-name.ts';
import { pairByName } from '../../src/data/pairing.ts';
import { seededRandom } from '../../src/random.ts';

function pair(hr: string[], sr: string[]): [string, string, string][] {
  return pairByName({ label: 'HR', files: hr }, { label: 'SR', files: sr }).map(({ name, first, second }) => [
    name,
    first,
    second,
  ]);
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return list
    .map((item) => ({ item, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('pairByName', () => {
  it.each([
    ['baby.png', 'baby.bmp'],
    ['baby_HR_x2.png', 'baby_RCAN_x2.png'],
    ['baby_HR_x2.png', 'baby_rcan-light-x2_x2.png'],
    ['baby_HR_x3.png', 'baby_LRBD_x3.png'],
    ['baby.bmp', 'baby_LRBI_x2.png'],
    ['baby.bmp', 'baby_x2_SR.png'],
    ['baby_HR.png', 'baby_SR.png'],
    ['baby_HR.png', 'baby_LR.png'],
    ['0801.png', '0801x2.png'],
    ['0801.png', '0801_x4.png'],
    ['a/baby_HR_x8.png', 'b\\baby_RCANplus_x8.jpg'],
  ])('knows that %s and %s are one picture', (hr, sr) => {
    expect(pair([hr], [sr])).toEqual([[expect.stringMatching(/^(baby|0801)$/), hr, sr]]);
  });

  it('pairs img_1 and img_10 by name, where sorting would swap them', () => {
    expect(pair(['img_1.png', 'img_10.png'], ['img_10x2.png', 'img_1x2.png'])).toEqual([
      ['img_1', 'img_1.png', 'img_1x2.png'],
      ['img_10', 'img_10.png', 'img_10x2.png'],
    ]);
  });

  it('prefers an exact name to a stripped one', () => {
    const names = ['fox.png', 'fox_x2.png', 'fox_red_x2.png'];
    expect(pair(names, [...names].reverse()).map(([, hr, sr]) => hr === sr)).toEqual([true, true, true]);
    expect(pair(['a.png', 'a_b.png'], ['a_x2.png', 'a_b_x2.png']).map(([name]) => name)).toEqual([
      'a',
      'a_b',
    ]);
    expect(pair(['a.png', 'a.jpg'], ['a.jpg', 'a.png']).map(([, hr, sr]) => hr === sr)).toEqual([true, true]);
  });

  it('keeps numbers that belong to the picture', () => {
    expect(() => pair(['img.png'], ['img_1_x2.png'])).toThrow(
      'img.png (HR): no SR file is left with its name',
    );
  });

  it('does not pair different scales', () => {
    const hr = ['a_HR_x2.png', 'a_HR_x3.png'];
    expect(pair(hr, ['a_M_x3.png', 'a_M_x2.png']).map(([, , sr]) => sr)).toEqual([
      'a_M_x2.png',
      'a_M_x3.png',
    ]);
    expect(() => pair(['a_HR_x2.png'], ['a_LRBI_x4.png'])).toThrow('a_HR_x2.png (HR)');
  });

  it('names a file without partner and the nearest candidates', () => {
    expect(() => pair(['baby.png', 'bird.png'], ['baby.png', 'birch.png'])).toThrow(
      'bird.png (HR): no SR file is left with its name; the nearest of 2: birch.png, baby.png',
    );
    expect(() => pair(['baby.png'], ['baby.png', 'head.png', 'man.png'])).toThrow(
      'head.png (SR) (and 1 more): no HR file is left with its name; the nearest of 1: baby.png',
    );
    expect(() => pair(['baby.png'], [])).toThrow('baby.png (HR): no SR file is left with its name');
  });

  it('names an ambiguous file and its candidates', () => {
    expect(() => pair(['baby.png'], ['baby_RCAN_x2.png', 'baby_EDSR_x2.png'])).toThrow(
      'baby.png (HR): expected one SR file of that name, found 2: baby_RCAN_x2.png, baby_EDSR_x2.png',
    );
    expect(() => pair(['baby.png', 'baby.jpg'], ['baby.tif'])).toThrow('baby.tif (SR): expected one HR file');
  });

  it.each(['_HR_x2/_LRBI_x2', '/x2', '/_RCAN_x2', '_HR/_SR', '/_x2_SR', '/'])(
    'finds every partner in any order (%s)',
    (tags) => {
      const [hrTag, srTag] = tags.split('/');
      const stems = Array.from({ length: 60 }, (_, i) =>
        i % 3 === 0 ? `img_${i}` : i % 3 === 1 ? `${i}` : `p${i}_b`,
      );
      for (let seed = 0; seed < 5; seed++) {
        const hr = shuffled(stems, seed).map((stem) => `${stem}${hrTag}.png`);
        const sr = shuffled(stems, seed + 100).map((stem) => `${stem}${srTag}.png`);
        const pairs = pair(hr, sr);
        expect(pairs.map(([, first]) => first)).toEqual(hr);
        for (const [, first, second] of pairs)
          expect(second).toBe(first.replace(`${hrTag}.png`, `${srTag}.png`));
        expect(
          pair(sr, hr)
            .map(([, a, b]) => `${b} ${a}`)
            .sort(),
        ).toEqual(pairs.map(([, a, b]) => `${a} ${b}`).sort());
      }
    },
  );
});

describe('pictureName', () => {
  it.each([
    ['HR/Set5/x2/baby_HR_x2.png', 'baby'],
    ['baby_LRBI_x2.png', 'baby'],
    ['baby_x2_HR.png', 'baby'],
    ['img_1.png', 'img_1'],
    ['my.holiday.jpg', 'my.holiday'],
    ['img_a_x2.png', 'img_a_x2'],
    ['.png', '.png'],
  ])('of %s is %s', (path, name) => expect(pictureName(path)).toBe(name));
});
