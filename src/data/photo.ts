/**
 * The degradation `photo`: what pictures from cameras and the web have gone through, drawn anew for every patch. A
 * network that has seen only clean bicubic LR sharpens the artefacts of JPEG; one trained with these smooths them.
 */
import type { Border } from '../image/axis.ts';
import { blurReach, gaussianBlur } from '../image/blur.ts';
import type { Rectangle } from '../image/crop.ts';
import type { Degradation } from '../image/degrade.ts';
import { type Image, type Size, toInteger } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';
import type { KernelName } from '../image/kernels.ts';
import { below, type Random } from '../random.ts';
import { withMargin } from './patch.ts';
import { DEGRADATIONS } from './prepare.ts';

/** How LR is made for training. */
export type TrainingDegradation = Degradation | 'photo';
export const TRAINING_DEGRADATIONS: readonly TrainingDegradation[] = [...DEGRADATIONS, 'photo'];

/**
 * The recipe, in the order of its steps. Every step happens with its probability, independently of the others, and its
 * strength is uniform between the bounds.
 */
export const PHOTO = {
  /** Patches that are BI and nothing else, so that lossless pictures are still enlarged well. */
  clean: 0.2,
  /** Gaussian blur of an unsharp lens; the standard deviation, in LR pixels. */
  blur: { probability: 0.5, sigma: [0, 0.6] },
  /** Down-sampling by another kernel than MATLAB's bicubic, all equally likely. */
  kernel: { probability: 0.3, others: ['bilinear', 'box', 'lanczos3'] },
  /** Normal noise of the sensor on LR; the standard deviation, in steps of 8 bits. */
  noise: { probability: 0.5, sigma: [0, 4] },
  /** JPEG of whole-numbered quality, most with colours of half the resolution (4:2:0), as cameras write it. */
  jpeg: { probability: 0.9, quality: [40, 95], subsampled: 0.8 },
} as const satisfies Record<string, unknown>;

/** What happens to one patch. */
export interface PhotoRecipe {
  readonly kernel: KernelName;
  /** Standard deviation, in LR pixels. */
  readonly blur?: number;
  /** Standard deviation, in steps of 8 bits. */
  readonly noise?: number;
  readonly jpeg?: JpegSettings;
}

export interface JpegSettings {
  readonly quality: number;
  /** 4:2:0, else 4:4:4. */
  readonly subsampled: boolean;
}

export function drawPhoto(random: Random): PhotoRecipe {
  const { clean, blur, kernel, noise, jpeg } = PHOTO;
  const happens = (probability: number) => random.uniform() < probability;
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  if (happens(clean)) return { kernel: 'bicubic' };
  return {
    kernel: happens(kernel.probability) ? kernel.others[below(kernel.others.length, random)]! : 'bicubic',
    ...(happens(blur.probability) && { blur: between(blur.sigma) }),
    ...(happens(noise.probability) && { noise: between(noise.sigma) }),
    ...(happens(jpeg.probability) && {
      jpeg: { quality: Math.round(between(jpeg.quality)), subsampled: happens(jpeg.subsampled) },
    }),
  };
}

/** LR pixels on every side that the blur and the widest kernel look at. */
const REACH = blurReach(PHOTO.blur.sigma[1]) + 3;

/** The part of LR around `area` that must be made, so that its own edges change nothing inside. */
export function areaToPhotograph(area: Rectangle, picture: Size): Rectangle {
  return withMargin(area, REACH, picture);
}

/** Pixels of a block of 4:2:0: JPEG of a part that begins and ends between blocks is part of the JPEG of the whole. */
const BLOCK = 16;

/**
 * The blocks of LR that `area` and its neighbours lie in. They begin where they would if all of LR were saved, so that
 * patches, which begin anywhere, see the grid at every offset.
 */
export function areaToSave(area: Rectangle, picture: Size): Rectangle {
  // Decoders interpolate colours, which takes the next pixel.
  const { left, top, width, height } = withMargin(area, 1, picture);
  const [x, y] = [left, top].map((edge) => edge - (edge % BLOCK)) as [number, number];
  const end = (edge: number, size: number) => Math.min(size, Math.ceil(edge / BLOCK) * BLOCK);
  return {
    left: x,
    top: y,
    width: end(left + width, picture.width) - x,
    height: end(top + height, picture.height) - y,
  };
}

/** Blur and down-sampling of a recipe, rounded to 8 bits. Without blur and with bicubic: the same as BI. */
export function photograph(
  hr: Image<Uint8Array>,
  { blur, kernel }: PhotoRecipe,
  { scale, border }: { scale: number; border: Border },
): Image<Uint8Array> {
  if (!blur) return imresize(hr, 1 / scale, { kernel, border });
  const shares = new Float32Array(hr.data.length);
  for (let i = 0; i < shares.length; i++) shares[i] = hr.data[i]! / 255;
  const blurred = gaussianBlur({ ...hr, data: shares }, blur * scale, border);
  const small = imresize(blurred, 1 / scale, { kernel, border });
  const data = new Uint8Array(small.data.length);
  for (let i = 0; i < data.length; i++) data[i] = toInteger(255 * small.data[i]!, 255);
  return { ...small, data };
}
