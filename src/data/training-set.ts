/** What a set of pictures and the sizes asked for must fulfil before training can begin. */
import { InputError } from '../errors.ts';
import type { Size } from '../image/image.ts';

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

/** A picture, and the file that an error names. */
export interface NamedSize extends Size {
  readonly name: string;
}

/** @throws {InputError} naming an HR picture that is smaller than the patch */
export function checkHR(hr: NamedSize, patchSize: number): void {
  if (Math.min(hr.width, hr.height) >= patchSize) return;
  throw new InputError(
    `${hr.name}: expected at least ${patchSize}×${patchSize} pixels, the patch size, found ${text(hr)}`,
  );
}

/** @throws {InputError} naming an LR picture that has not HR's size divided by the scale, rounded down */
export function checkLRSize(lr: NamedSize, hr: NamedSize, scale: number): void {
  const expected = lrSize(hr, scale);
  if (lr.width === expected.width && lr.height === expected.height) return;
  throw new InputError(
    `${lr.name}: expected ${text(expected)} pixels, which is ${text(hr)} of ${hr.name} divided by the scale ` +
      `${scale}, found ${text(lr)}`,
  );
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
