import pMap from 'p-map';
import type { TrainingDegradation } from '../../data/photo.ts';
import { checkHR, checkLRSize } from '../../data/training-set.ts';
import { InputError } from '../../errors.ts';
import type { Border } from '../../image/axis.ts';
import { degrade } from '../../image/degrade.ts';
import { PICTURES_AT_ONCE } from '../pictures-at-once.ts';
import { UnreadablePicture } from './decode.ts';
import type { TrainingPair } from './list-pairs.ts';
import type { Raster } from './raster.ts';
import type { RasterStore } from './store.ts';

/** A picture whose pixels can be read. */
export interface PreparedPicture {
  readonly hr: Raster;
  /** Left out where LR is made of every patch. */
  readonly lr?: Raster;
}

export interface PrepareOptions {
  readonly scale: number;
  /** Side of an HR patch. */
  readonly patchSize: number;
  /** How LR is made where there is no file. */
  readonly degradation: TrainingDegradation;
  readonly border: Border;
  /** Leaves out pictures that cannot be read. */
  readonly skipCorrupt: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface PreparedPictures {
  readonly pictures: readonly PreparedPicture[];
  /** What was left out, one line each. */
  readonly notes: readonly string[];
}

/**
 * Decodes all pictures and makes what LR is missing, as far as the store has not kept them.
 *
 * @throws {InputError} naming a picture that cannot be read, is too small, has alpha, or whose LR has the wrong size
 */
export async function preparePictures(
  pairs: readonly TrainingPair[],
  store: RasterStore,
  options: PrepareOptions,
): Promise<PreparedPictures> {
  const { skipCorrupt, onProgress, signal } = options;
  let done = 0;
  const prepareOne = async (pair: TrainingPair): Promise<PreparedPicture | string> => {
    try {
      return await preparePicture(pair, store, options);
    } catch (error) {
      if (skipCorrupt && error instanceof UnreadablePicture) return `left out ${error.message}`;
      throw error;
    } finally {
      onProgress?.(++done, pairs.length);
    }
  };
  onProgress?.(0, pairs.length);
  const results = await pMap(pairs, prepareOne, { concurrency: PICTURES_AT_ONCE, signal });
  await store.finish();
  const notes = results.filter((result) => typeof result === 'string');
  const pictures = results.filter((result) => typeof result !== 'string');
  if (pictures.length > 0) return { pictures, notes };
  throw new InputError(
    `expected pictures to train with, found ${pairs.length} that cannot be read; ${notes[0]}`,
  );
}

async function preparePicture(
  pair: TrainingPair,
  store: RasterStore,
  { scale, patchSize, degradation, border }: PrepareOptions,
): Promise<PreparedPicture> {
  const hr = await store.picture(pair.hr);
  const named = { ...hr, name: pair.hr };
  checkHR(named, patchSize);
  if (pair.lr !== undefined) {
    const lr = await store.picture(pair.lr);
    checkLRSize({ ...lr, name: pair.lr }, named, scale);
    return { hr, lr };
  }
  if (degradation === 'photo') return { hr };
  // The noise of DN is new for every patch, so that a network cannot learn one picture's by heart.
  const options = { degradation: degradation === 'DN' ? 'BI' : degradation, scale, border } as const;
  const recipe = degradation === 'BD' ? `BD-x${scale}` : `BI-x${scale}-${border}`;
  return { hr, lr: await store.made(hr, recipe, (image) => degrade(image, options)) };
}
