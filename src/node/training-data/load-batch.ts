/** Cutting the patches of a batch. Runs wherever it is called: in a worker thread or not. */
import { addNoise, type PatchNoise } from '../../data/noise.ts';
import {
  areaToEnlarge,
  enlarge,
  seenFrom,
  toValues,
  type ValueFormat,
  writePlanes,
} from '../../data/patch.ts';
import { createSampler, type Sample } from '../../data/sampler.ts';
import { lrSize } from '../../data/training-set.ts';
import type { Border } from '../../image/axis.ts';
import type { Image } from '../../image/image.ts';
import { seededRandom } from '../../random.ts';
import { photoPatch } from './photo-patch.ts';
import type { PreparedPicture } from './prepare.ts';
import { readRegion } from './raster.ts';

/** Everything that a batch follows from, beside its index. Can be sent to a worker thread. */
export interface BatchPlan {
  readonly pictures: readonly PreparedPicture[];
  readonly scale: number;
  /** Side of an HR patch. */
  readonly patchSize: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly augment: boolean;
  readonly format: ValueFormat;
  /** Of LR that is made of patches. */
  readonly border: Border;
  /** On LR patches, one after the other. */
  readonly noises: readonly PatchNoise[];
  /** Whether LR patches are enlarged to the size of HR first. */
  readonly enlargedInput: boolean;
}

/** Where a batch is written to: [N, C, h, w] and [N, C, H, W]. */
export interface BatchBuffers {
  readonly input: Float32Array;
  readonly target: Float32Array;
}

/** Writes batch number `index`: the same whatever was loaded before. */
export type LoadBatch = (index: number, buffers: BatchBuffers) => Promise<void>;

/** Loading by a plan. @throws {InputError} where the pixels of a picture are gone */
export function batchLoader(plan: BatchPlan): LoadBatch {
  const { pictures, scale, patchSize, batchSize, seed, augment } = plan;
  const sizes = pictures.map(({ hr }) => lrSize(hr, scale));
  const sample = createSampler({ seed, sizes, patch: patchSize / scale, augment });
  return async (index, { input, target }) => {
    // One after the other: once one has failed, nothing writes into the buffers any more.
    for (let i = 0; i < batchSize; i++) {
      const part = (all: Float32Array) =>
        all.subarray((i * all.length) / batchSize, ((i + 1) * all.length) / batchSize);
      await writePair(plan, sample(index * batchSize + i), { input: part(input), target: part(target) });
    }
  };
}

async function writePair(plan: BatchPlan, sample: Sample, { input, target }: BatchBuffers): Promise<void> {
  const { scale, patchSize, format, pictures } = plan;
  const { picture, left, top, orientation } = sample;
  const { hr } = pictures[picture]!;
  const square = { left: left * scale, top: top * scale, width: patchSize, height: patchSize };
  writePlanes(toValues(readRegion(hr, square), format), orientation, target);
  writePlanes(await smallPatch(plan, sample), orientation, input);
}

/** What the network gets, before it is turned: noise does not know which way is up, so it may come first. */
async function smallPatch(
  plan: BatchPlan,
  { picture, left, top, seed }: Sample,
): Promise<Image<Float32Array>> {
  const { scale, patchSize, noises, format, enlargedInput } = plan;
  const { hr, lr } = plan.pictures[picture]!;
  const side = patchSize / scale;
  const square = { left, top, width: side, height: side };
  const area = enlargedInput ? areaToEnlarge(square, lrSize(hr, scale)) : square;
  const random = seededRandom(seed);
  const clean = lr ? readRegion(lr, area) : await photoPatch(hr, area, plan, random);
  const noisy = noises.reduce((image, noise) => addNoise(image, noise, random), clean);
  const values = toValues(noisy, format);
  return enlargedInput ? enlarge(values, seenFrom(square, area), scale) : values;
}
