/** What a set of pictures and the sizes asked for must fulfil before training can begin. */
import { InputError } from '../errors.ts';
import type { Size } from './sampler.ts';

/** Sizes of one picture of the set. */
export interface PictureSizes {
  /** The file that an error names. */
  readonly name: string;
  readonly hr: Size;
  /** Of the LR file that belongs to it, where there is one. */
  readonly lr?: Size & { readonly name: string };
}

export interface PatchOptions {
  readonly scale: number;
  /** Side of an HR patch. */
  readonly patchSize: number;
  /** Patches in a batch. */
  readonly batchSize: number;
}

/** @throws {InputError} where the options are no whole numbers, or the scale does not divide the patch size */
export function checkPatchOptions({ scale, patchSize, batchSize }: PatchOptions): void {
  for (const [name, value] of Object.entries({ scale, 'patch size': patchSize, 'batch size': batchSize })) {
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new InputError(`${name}: expected a whole number of 1 or more, found ${value}`);
  }
  if (patchSize % scale === 0) return;
  const nearest = Math.max(scale, Math.round(patchSize / scale) * scale);
  throw new InputError(
    `patch size: expected a multiple of the scale ${scale} (it is the size in HR), found ${patchSize}; ` +
      `the nearest is ${nearest}`,
  );
}

/**
 * @throws {InputError} naming a picture smaller than the patch, or an LR picture that is not HR's size divided by the
 * scale, rounded down; or where a batch holds more patches than there are pictures
 */
export function checkTrainingSet(pictures: readonly PictureSizes[], options: PatchOptions): void {
  const { scale, patchSize, batchSize } = options;
  for (const { name, hr, lr } of pictures) {
    const expected = lrSize(hr, scale);
    if (lr && !(lr.width === expected.width && lr.height === expected.height)) {
      throw new InputError(
        `${lr.name}: expected ${text(expected)} pixels, which is ${text(hr)} of ${name} divided by the scale ` +
          `${scale}, found ${text(lr)}`,
      );
    }
    if (Math.min(hr.width, hr.height) < patchSize) {
      throw new InputError(
        `${name}: expected at least ${patchSize}×${patchSize} pixels, the patch size, found ${text(hr)}`,
      );
    }
  }
  checkBatchSize(batchSize, pictures.length);
}

/** @throws {InputError} where a batch holds more patches than there are pictures */
export function checkBatchSize(batchSize: number, pictures: number): void {
  if (batchSize <= pictures) return;
  throw new InputError(
    `batch size: expected at most ${pictures}, the number of pictures in the training set, found ${batchSize}`,
  );
}

/** The size of the LR picture that belongs to an HR picture. */
export function lrSize(hr: Size, scale: number): Size {
  return { width: Math.floor(hr.width / scale), height: Math.floor(hr.height / scale) };
}

function text({ width, height }: Size): string {
  return `${width}×${height}`;
}
