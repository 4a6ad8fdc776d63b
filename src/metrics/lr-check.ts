import { InputError } from '../errors.ts';
import { greyToRgb } from '../image/colour.ts';
import { modcrop } from '../image/crop.ts';
import { checkImage, checkScale, hasAlpha, type Image, sampleMax } from '../image/image.ts';
import { LR_METHODS, type LRMethod } from './lr-candidates.ts';

/** How far a picture made by one method is from the LR picture that was given. */
export interface LRDifference {
  readonly method: string;
  readonly description: string;
  /** Samples that differ, of all samples. */
  readonly differing: number;
  readonly share: number;
  /** Largest difference, in the picture's own steps. */
  readonly largest: number;
  /** Share of samples, at least 4 pixels inside, that differ by more than one step of 8 bits. */
  readonly unlike: number;
}

export interface LRCheck {
  /** Name of the method that gives this LR picture bit for bit, or nearly so; null where none does. */
  readonly method: string | null;
  readonly exact: boolean;
  /** What comes nearest of all that was tried. */
  readonly best: LRDifference;
}

/** Up to this share of samples that differ visibly, a method counts as the one that was probably used. */
const LIKELY = 0.01;
const MARGIN = 4;

/**
 * Says how the LR picture of an HR picture was made, since networks are trained and compared on one kind of LR
 * and do worse on another. Methods are tried in the order of `LR_METHODS` until one gives the picture bit for bit; else the
 * nearest is named if less than 1 % of its samples differ by more than one step of 8 bits.
 *
 * @param hr the picture that `lr` was made from; cut to a multiple of the scale first (`modcrop`).
 * @throws {InputError} for alpha, different sample types, or sizes that are not 1 : scale.
 */
export function identifyLR(hr: Image, lr: Image, scale: number): LRCheck {
  const [from, to] = preparePair(hr, lr, scale);
  const tried: LRDifference[] = [];
  for (const method of LR_METHODS) {
    const made = method.make(from, scale);
    if (!made) continue;
    const difference = compare(method, made, to);
    tried.push(difference);
    if (difference.differing === 0) return { method: method.name, exact: true, best: difference };
  }
  return nearest(tried);
}

function nearest(tried: readonly LRDifference[]): LRCheck {
  const best = tried.reduce((a, b) =>
    b.unlike < a.unlike || (b.unlike === a.unlike && b.share < a.share) ? b : a,
  );
  return { method: best.unlike < LIKELY ? best.method : null, exact: false, best };
}

function preparePair(hr: Image, lr: Image, scale: number): [Image, Image] {
  checkScale(scale);
  checkImage(hr, 'HR');
  checkImage(lr, 'LR');
  if (hasAlpha(hr) || hasAlpha(lr)) {
    throw new InputError('LR check: expected pictures without alpha; remove their alpha channels');
  }
  if (sampleMax(hr.data) !== sampleMax(lr.data)) {
    throw new InputError('LR check: expected HR and LR with the same sample type');
  }
  const cropped = modcrop(hr, scale);
  const [width, height] = [cropped.width / scale, cropped.height / scale];
  if (lr.width !== width || lr.height !== height) {
    throw new InputError(
      `LR check: expected an LR picture of ${width}×${height} for HR ${hr.width}×${hr.height} at scale ${scale}, ` +
        `found ${lr.width}×${lr.height}`,
    );
  }
  return hr.channels === lr.channels ? [cropped, lr] : [greyToRgb(cropped), greyToRgb(lr)];
}

function compare(method: LRMethod, made: Image, lr: Image): LRDifference {
  const { width, height, channels } = lr;
  const step = sampleMax(lr.data) / 255;
  let [differing, largest, inside, unlike] = [0, 0, 0, 0];
  const margin = Math.min(MARGIN, Math.floor((Math.min(width, height) - 1) / 2));
  for (let i = 0; i < lr.data.length; i++) {
    const difference = Math.abs(made.data[i]! - lr.data[i]!);
    if (difference > 0) differing++;
    largest = Math.max(largest, difference);
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / (channels * width));
    if (Math.min(x, y, width - 1 - x, height - 1 - y) < margin) continue;
    inside++;
    if (difference > step) unlike++;
  }
  const share = differing / lr.data.length;
  const { name, description } = method;
  return { method: name, description, differing, share, largest, unlike: unlike / inside };
}
