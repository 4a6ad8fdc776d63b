import { expect, it } from 'vitest';
import { OutOfMemoryError } from '../../src/errors.ts';
import type { Forward } from '../../src/upscale/forward.ts';
import type { UpscaleProgress } from '../../src/upscale/progress.ts';
import { type UpscaleOptions, upscale } from '../../src/upscale/upscale.ts';
import { repeatTwice, texture, toyUpscaler } from './toy.ts';

/** Enlarges what has at most `side` × `side` pixels. */
function limited(side: number, sessionLost = false): { forward: Forward; tried: number[] } {
  const tried: number[] = [];
  const forward: Forward = (input) => {
    const [, , height = 0, width = 0] = input.dims;
    if (tried.at(-1) !== width) tried.push(width);
    if (width * height > side * side) throw new OutOfMemoryError('not enough memory', { sessionLost });
    return repeatTwice(input);
  };
  return { forward, tried };
}

it('tries tiles of half the side until one fits', async () => {
  const { forward, tried } = limited(70);
  const image = texture(300, 200);
  const shares: number[] = [];
  const onProgress = ({ done, total }: UpscaleProgress) => shares.push(done / total);
  const result = await upscale(toyUpscaler(forward), image, { onProgress });
  expect(tried).toEqual([300, 150, 75, 48]);
  expect(result).toEqual(await upscale(toyUpscaler(), image, {}));
  expect(shares).toEqual([...new Set(shares)].sort((a, b) => a - b));
  expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
});

it.each<[UpscaleOptions, number | undefined, string]>([
  [{ tile: 100 }, 50, 'not enough memory to enlarge tiles of 100 pixels: try tile 50'],
  [{ tile: 60 }, 48, 'not enough memory to enlarge tiles of 60 pixels: try tile 48'],
  [{ tile: 'off' }, 150, 'not enough memory to enlarge the picture at once: try tile 150'],
  [{ tile: 'chop' }, 150, 'not enough memory to enlarge its quarters: try tile 150'],
  [
    { tile: 48 },
    undefined,
    'not enough memory to enlarge tiles of 48 pixels: even the smallest tiles need more',
  ],
  [{}, undefined, 'not enough memory to enlarge tiles of 48 pixels: even the smallest tiles need more'],
])('with %o names the next tile to try', async (options, nextTile, message) => {
  const { forward } = limited(10);
  const failed = upscale(toyUpscaler(forward), texture(300, 200), options);
  await expect(failed).rejects.toMatchObject({ name: 'OutOfMemoryError', nextTile, message });
});

it('does not go on with a session that is lost, but names the next tile', async () => {
  const { forward, tried } = limited(70, true);
  const failed = upscale(toyUpscaler(forward), texture(300, 200), {});
  await expect(failed).rejects.toMatchObject({ nextTile: 150, sessionLost: true });
  expect(tried).toEqual([300]);
});

it('takes tiles as small as the runtime asks for, but not so small that most of the work is overlap', async () => {
  const sides = async (weightBytes: number) => {
    const { forward, tried } = limited(1000);
    await upscale({ ...toyUpscaler(forward), weightBytes, tileWork: 1e8 }, texture(900, 100), {});
    return Math.max(...tried);
  };
  expect(await sides(4 * 100)).toBe(900);
  expect(await sides(4 * 400)).toBe(500);
  expect(await sides(4 * 40_000)).toBe(192);
});
