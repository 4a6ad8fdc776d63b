/**
 * Which patches training sees, and in which order. Everything about sample i follows from the seed, i and the sizes of
 * the pictures alone, so any worker can load it, and a run that is resumed goes on with the samples it would have had.
 */
import type { Size } from '../image/image.ts';
import { below, type Random, seededRandom } from '../random.ts';

/** One of the 8 ways to turn and mirror a patch, applied in this order. */
export interface Orientation {
  /** Swaps left and right. */
  readonly flipX: boolean;
  /** Swaps top and bottom. */
  readonly flipY: boolean;
  /** Swaps rows and columns. */
  readonly transpose: boolean;
}

/** What is cut from which picture. */
export interface Sample {
  /** Index of the picture. */
  readonly picture: number;
  /** Corner of the LR patch; the HR patch begins at scale times these. */
  readonly left: number;
  readonly top: number;
  readonly orientation: Orientation;
  /** Start of whatever else is random about this sample, such as noise. */
  readonly seed: number;
}

export interface SamplerOptions {
  readonly seed: number;
  /** Sizes of the LR pictures, all at least as large as the patch. */
  readonly sizes: readonly Size[];
  /** Side of an LR patch. */
  readonly patch: number;
  /** Whether patches are turned and mirrored at random. Without, the same parts are cut. */
  readonly augment: boolean;
}

/** Gives sample number `index`, from 0. */
export type Sampler = (index: number) => Sample;

/**
 * Samples in rounds: each picture once, shuffled anew every round. The corner is uniform over all whole pixels where
 * the patch fits; each flip and the transpose have probability 1/2.
 */
export function createSampler({ seed, sizes, patch, augment }: SamplerOptions): Sampler {
  const root = seededRandom(seed);
  const [roundSeed, sampleSeed] = [wholeNumber(root), wholeNumber(root)];
  const pictures = sizes.length;
  let shuffled: { round: number; order: Uint32Array } = { round: -1, order: new Uint32Array() };
  return (index) => {
    const round = Math.floor(index / pictures);
    if (shuffled.round !== round)
      shuffled = { round, order: shuffle(pictures, seededRandom(roundSeed + round)) };
    const picture = shuffled.order[index % pictures]!;
    const random = seededRandom(sampleSeed + index);
    const left = below(sizes[picture]!.width - patch + 1, random);
    const top = below(sizes[picture]!.height - patch + 1, random);
    const coin = () => random.uniform() < 0.5 && augment;
    const orientation = { flipX: coin(), flipY: coin(), transpose: coin() };
    return { picture, left, top, orientation, seed: wholeNumber(random) };
  };
}

/** Of 52 bits, so that an index can be added. */
function wholeNumber(random: Random): number {
  return Math.floor(random.uniform() * 2 ** 20) * 2 ** 32 + random.uniform() * 2 ** 32;
}

/** The numbers 0..count−1 in random order (Fisher and Yates). */
function shuffle(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
