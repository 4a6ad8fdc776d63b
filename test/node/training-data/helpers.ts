import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../../src/image/image.ts';
import type { TrainingPair } from '../../../src/node/training-data/list-pairs.ts';
import {
  openTrainingData,
  type TrainingData,
  type TrainingDataOptions,
} from '../../../src/node/training-data/open.ts';
import { photo, save } from '../../cli/pictures.ts';
import { temporaryFolder } from '../../cli/run.ts';

/** A folder of different photographs of at least 24×20 pixels, and the pairs that they are. */
export async function photographs(
  count: number,
): Promise<{ folder: string; pairs: TrainingPair[]; images: Image<Uint8Array>[] }> {
  const folder = join(temporaryFolder(), 'hr');
  mkdirSync(folder);
  const images = Array.from({ length: count }, (_, i) => photo(24 + 5 * i, 20 + 3 * i));
  const pairs = await Promise.all(
    images.map(async (image, i) => ({ name: `${i}`, hr: await save(join(folder, `${i}.png`), image) })),
  );
  return { folder, pairs, images };
}

/** Opens with small patches, in this thread and in memory where nothing else is said. */
export function open(
  pairs: readonly TrainingPair[],
  options: Partial<TrainingDataOptions> = {},
): Promise<TrainingData> {
  return openTrainingData({
    pairs,
    scale: 2,
    patchSize: 12,
    batchSize: Math.min(3, pairs.length),
    seed: 7,
    colors: 3,
    valueRange: 255,
    cache: 'off',
    workers: 0,
    ...options,
  });
}

/** Copies of some batches, which are only valid one at a time. */
export async function take(data: TrainingData, indices: readonly number[]) {
  const batches = [];
  for (const index of indices) {
    const { input, target } = await data.batch(index);
    batches.push({
      input: { dims: input.dims, data: Float32Array.from(input.data) },
      target: { dims: target.dims, data: Float32Array.from(target.data) },
    });
  }
  return batches;
}

/** Batches of data that is opened for them alone. */
export async function batches(
  pairs: readonly TrainingPair[],
  options: Partial<TrainingDataOptions> = {},
  indices: readonly number[] = [0, 1, 2],
) {
  const data = await open(pairs, options);
  try {
    return await take(data, indices);
  } finally {
    await data.close();
  }
}
