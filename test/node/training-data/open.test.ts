import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toValues, type ValueFormat, writePlanes } from '../../../src/data/patch.ts';
import { createSampler } from '../../../src/data/sampler.ts';
import { InputError } from '../../../src/errors.ts';
import { greyToRgb } from '../../../src/image/colour.ts';
import { crop } from '../../../src/image/crop.ts';
import { degrade } from '../../../src/image/degrade.ts';
import type { Image } from '../../../src/image/image.ts';
import { imresize } from '../../../src/image/imresize.ts';
import type { TrainingDataOptions } from '../../../src/node/training-data/open.ts';
import { toEightBits } from '../../../src/node/write-picture.ts';
import { deepPhoto, load, photo, save } from '../../cli/pictures.ts';
import { picture } from '../../image/helpers.ts';
import { batches, open, photographs, take } from './helpers.ts';

const RGB: ValueFormat = { colors: 3, luma: 'studio', valueRange: 255 };

/** The patches of a batch as cut from whole pictures: HR, and what the network sees, at `factor` times LR's size. */
function cut(
  hr: readonly Image<Uint8Array>[],
  seen: readonly Image<Float32Array>[],
  factor: number,
  format = RGB,
) {
  const sizes = hr.map(({ width, height }) => ({
    width: Math.floor(width / 2),
    height: Math.floor(height / 2),
  }));
  const sampler = createSampler({ seed: 7, sizes, patch: 6, augment: true });
  return (index: number) => {
    const { picture: at, left, top, orientation } = sampler(index);
    const part = (image: Image<Float32Array>, scale: number) => {
      const side = 6 * scale;
      const planes = new Float32Array(format.colors * side * side);
      const square = { left: left * scale, top: top * scale, width: side, height: side };
      writePlanes(crop(image, square), orientation, planes);
      return planes;
    };
    return { input: part(seen[at]!, factor), target: part(toValues(hr[at]!, format), 2) };
  };
}

const { pairs, images } = await photographs(3);
const small = images.map((image) => degrade(image, { degradation: 'BI', scale: 2 }));

async function expectPatches(found: Awaited<ReturnType<typeof batches>>, expected: ReturnType<typeof cut>) {
  for (const [b, { input, target }] of found.entries()) {
    for (let i = 0; i < 3; i++) {
      const part = (all: Float32Array) => all.subarray((i * all.length) / 3, ((i + 1) * all.length) / 3);
      const patch = expected(3 * b + i);
      expect(part(input.data)).toEqual(patch.input);
      expect(part(target.data)).toEqual(patch.target);
    }
  }
}

describe('batches', () => {
  it('are patches of the pictures and of their LR', async () => {
    const found = await batches(pairs);
    expect(found[0]!.input.dims).toEqual([3, 3, 6, 6]);
    expect(found[0]!.target.dims).toEqual([3, 3, 12, 12]);
    await expectPatches(
      found,
      cut(
        images,
        small.map((image) => toValues(image, RGB)),
        1,
      ),
    );
  });

  it('hold Y for networks of one colour, enlarged for those that see it so', async () => {
    const format: ValueFormat = { colors: 1, luma: 'full', valueRange: 1 };
    const found = await batches(pairs, { ...format, enlargedInput: true });
    expect(found[0]!.input.dims).toEqual([3, 1, 12, 12]);
    const seen = small.map((image) => imresize(toValues(image, format), 2));
    await expectPatches(found, cut(images, seen, 2, format));
  });

  it('take LR from files', async () => {
    const folder = join(dirname(pairs[0]!.hr), '../lr');
    const other = small.map((image) => ({ ...image, data: image.data.map((value) => 255 - value) }));
    const withLR = await Promise.all(
      pairs.map(async (pair, i) => ({ ...pair, lr: await save(join(folder, `${i}x2.png`), other[i]!) })),
    );
    await expectPatches(
      await batches(withLR),
      cut(
        images,
        other.map((image) => toValues(image, RGB)),
        1,
      ),
    );
  });

  it('have LR made by BD, with the border that is asked for, or with noise that is new every time', async () => {
    const blurred = images.map((image) => toValues(degrade(image, { degradation: 'BD', scale: 2 }), RGB));
    await expectPatches(await batches(pairs, { degradation: 'BD' }), cut(images, blurred, 1));
    const replicated = images.map((image) =>
      toValues(degrade(image, { degradation: 'BI', scale: 2, border: 'replicate' }), RGB),
    );
    await expectPatches(await batches(pairs, { border: 'replicate' }), cut(images, replicated, 1));

    const [clean] = await batches(pairs, {}, [0]);
    const noisy = await batches(pairs, { degradation: 'DN', augment: false }, [0, 3]);
    const plain = await batches(pairs, { augment: false }, [0, 3]);
    for (const [i, { input, target }] of noisy.entries()) {
      expect(target).toEqual(plain[i]!.target);
      const added = input.data.map((value, k) => value - plain[i]!.input.data[k]!);
      const deviation = Math.sqrt(added.reduce((sum, value) => sum + value * value, 0) / added.length);
      expect(deviation).toBeGreaterThan(20);
      expect(deviation).toBeLessThan(40);
    }
    expect(clean).not.toEqual(noisy[0]);
  });

  it('have the noise that is asked for on LR alone', async () => {
    const noise = { kind: 'gaussian', level: 5 } as const;
    const [plain] = await batches(pairs, {}, [4]);
    const [noisy] = await batches(pairs, { noise }, [4]);
    expect(noisy!.target).toEqual(plain!.target);
    expect(noisy!.input).not.toEqual(plain!.input);
    expect(await batches(pairs, { noise }, [4])).toEqual([noisy]);
    // DN's own noise comes first, and this one on top.
    const [both] = await batches(pairs, { noise, degradation: 'DN' }, [4]);
    expect(both).not.toEqual((await batches(pairs, { degradation: 'DN' }, [4]))[0]);
  });

  it.each<[string, Image<Uint8Array | Uint16Array>]>([
    ['16 bits rounded to 8', deepPhoto(20, 20)],
    [
      'grey repeated',
      picture(
        20,
        20,
        1,
        photo(20, 20).data.filter((_, i) => i % 3 === 1),
      ),
    ],
  ])('hold %s', async (name, image) => {
    const hr = await save(join(dirname(pairs[0]!.hr), '..', `${name}.png`), image);
    const [batch] = await batches([{ name, hr }], { patchSize: 20, augment: false }, [0]);
    const planes = new Float32Array(3 * 20 * 20);
    const upright = { flipX: false, flipY: false, transpose: false };
    writePlanes(toValues(toEightBits(greyToRgb(image)), RGB), upright, planes);
    expect(batch!.target.data).toEqual(planes);
  });
});

describe('what is loaded', () => {
  const indices = [0, 1, 2, 3, 4, 5, 6, 40, 41, 3, 2];

  it('is the same for any number of workers, in any order, from disk or from memory', async () => {
    const noise = { kind: 'shot', level: 3 } as const;
    const expected = await batches(pairs, { noise }, indices);
    for (const options of [
      { workers: 2, cache: 'on' },
      { workers: 0, cache: 'on' },
    ] as const)
      expect(await batches(pairs, { noise, ...options }, indices)).toEqual(expected);
    const backwards = await batches(pairs, { noise }, [...indices].reverse());
    expect(backwards.reverse()).toEqual(expected);
  });

  it('counts the time spent waiting', async () => {
    const data = await open(pairs);
    expect(data.waited).toBe(0);
    await data.batch(0);
    const { waited } = data;
    expect(waited).toBeGreaterThan(0);
    await data.batch(5);
    expect(data.waited).toBeGreaterThan(waited);
    await data.close();
    await expect(data.batch(1)).rejects.toThrow('the training data was closed');
  });

  it('says how far preparing is, and can be stopped', async () => {
    const seen: string[] = [];
    await (await open(pairs, { onProgress: (done, total) => seen.push(`${done}/${total}`) })).close();
    expect(seen).toEqual(['0/3', '1/3', '2/3', '3/3']);
    const stop = new AbortController();
    const stopped = open(pairs, { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) });
    await expect(stopped).rejects.toThrow('stopped');
  });
});

describe('bad input', () => {
  const folder = join(dirname(pairs[0]!.hr), '../bad');
  mkdirSync(folder);
  const expectRefused = async (refused: Promise<unknown>, message: string | RegExp) => {
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  };
  const with4 = (path: string, more = {}) => [...pairs, { name: 'x', hr: path, ...more }];

  it('no pictures', () => expectRefused(open([]), 'expected pictures to train with, found none'));

  it('a patch that the scale does not divide', () =>
    expectRefused(
      open(pairs, { scale: 3, patchSize: 13 }),
      /^patch size: .* scale 3 .* found 13; the nearest is 12/,
    ));

  it('a batch larger than the set', () =>
    expectRefused(open(pairs, { batchSize: 4 }), /^batch size: expected at most 3, .* found 4$/));

  it('a picture smaller than the patch', async () => {
    const path = await save(join(folder, 'small.png'), photo(30, 11));
    await expectRefused(
      open(with4(path)),
      /small\.png: expected at least 12×12 pixels, the patch size, found 30×11$/,
    );
  });

  it('an LR of the wrong size', async () => {
    const lr = await save(join(folder, 'wrong.png'), photo(12, 9));
    await expectRefused(
      open([{ ...pairs[0]!, lr }]),
      /wrong\.png: expected 12×10 pixels, which is 24×20 of .*0\.png divided by the scale 2, found 12×9$/,
    );
  });

  it('one HR without LR', async () => {
    const lr = await save(join(folder, 'lr.png'), small[0]!);
    await expectRefused(
      open([{ ...pairs[0]!, lr }, pairs[1]!]),
      /1\.png: expected an LR picture, as .*0\.png has one, found none$/,
    );
  });

  it('an alpha channel, even with skipCorrupt', async () => {
    const path = await save(join(folder, 'alpha.png'), picture(20, 20, 4, new Uint8Array(1600)));
    await expectRefused(open(with4(path), { skipCorrupt: true }), /alpha\.png: has an alpha channel/);
  });

  it.each([
    [{ colors: 2 }, /^colors: expected 1 \(Y\) or 3 \(RGB\), found 2$/],
    [{ valueRange: 0 }, /^value range: expected a number above 0, found 0$/],
    [{ seed: 0.5 }, /^seed: expected a whole number, found 0.5$/],
    [{ workers: -1 }, /^workers: expected a whole number of 0 or more, found -1$/],
    [{ luma: 'x' as 'full' }, /^luma: expected studio or full, found x$/],
    [{ noise: { kind: 'salt' as 'shot', level: 1 } }, /^noise: expected gaussian or shot, found salt$/],
    [
      { noise: { kind: 'shot', level: Number.NaN } },
      /^level of shot noise: expected a number above 0, found NaN$/,
    ],
    [{ noise: { kind: 'shot', level: 0 } }, /^level of shot noise: .* found 0$/],
    [
      { noise: { kind: 'gaussian', level: -1 } },
      /^level of gaussian noise: expected a number of 0 or more, found -1$/,
    ],
  ] satisfies [Partial<TrainingDataOptions>, RegExp][])('%o', (options, message) =>
    expectRefused(open(pairs, options), message),
  );

  it('a batch that there is not', async () => {
    const data = await open(pairs);
    await expectRefused(data.batch(-1), /^batch: expected a whole number of 0 or more, found -1$/);
    await data.close();
  });

  it.each<[string, string | Buffer]>([
    ['text.png', 'no picture'],
    ['empty.png', ''],
  ])('a corrupt picture among good ones: %s', async (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    for (const cache of ['off', 'on'] as const) {
      await expectRefused(open(with4(path), { cache }), name);
      const data = await open(with4(path), { cache, skipCorrupt: true });
      expect(data.pictures).toBe(3);
      expect(data.notes[0]).toMatch(new RegExp(`^left out .*${name}: `));
      expect(await take(data, [0, 1])).toEqual(await batches(pairs, {}, [0, 1]));
      await data.close();
    }
  });

  it('only corrupt pictures', async () => {
    const path = join(folder, 'text.png');
    await expectRefused(
      open([{ name: 'x', hr: path }], { skipCorrupt: true }),
      /^expected pictures to train with, found 1 that cannot be read; left out .*text\.png: /,
    );
  });

  it('a truncated picture', async () => {
    const path = join(folder, 'half.png');
    const whole = await save(join(folder, 'whole.png'), photo(60, 60));
    writeFileSync(path, readFileSync(whole).subarray(0, 3000));
    expect((await load(whole)).width).toBe(60);
    await expectRefused(open(with4(path)), /half\.png: the picture is damaged or incomplete/);
  });
});
