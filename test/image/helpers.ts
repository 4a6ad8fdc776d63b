import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Image, Samples } from '../../src/image/image.ts';
import { shared } from '../shared.ts';

/** kodak-24.json, see kodak-24.py. */
export interface Kodak24 {
  readonly hr: number[];
  readonly bi: Record<'replicate' | 'symmetric', Record<string, number[]>>;
  readonly pillow: Record<'8x8' | '31x17', number[]>;
  readonly sr: number[];
  readonly metricsAtScale2: Record<string, { psnr: number; ssim?: number }>;
}

export const kodak24: Kodak24 = JSON.parse(
  readFileSync(new URL('./fixtures/kodak-24.json', import.meta.url), 'utf8'),
);

export function picture<S extends Samples>(
  width: number,
  height: number,
  channels: Image['channels'],
  data: S,
): Image<S> {
  return { width, height, channels, data };
}

export function rgb8(width: number, height: number, values: readonly number[]): Image<Uint8Array> {
  return picture(width, height, 3, Uint8Array.from(values));
}

/** Values that look random, the same on every run. */
export function noise<S extends Samples>(data: S, max = 255): S {
  let state = 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = ((state >>> 8) / 2 ** 24) * max;
  }
  return data;
}

export function mirrored<S extends Samples>(image: Image<S>): Image<S> {
  const { width, channels } = image;
  const data = image.data.slice() as S;
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const x = pixel % width;
    data[i] = image.data[(pixel - x + width - 1 - x) * channels + (i % channels)]!;
  }
  return { ...image, data };
}

export async function decode(path: string): Promise<Image<Uint8Array>> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels as 3, data: new Uint8Array(data) };
}

export interface Pair {
  readonly name: string;
  readonly hr: Image<Uint8Array>;
  readonly other: Image<Uint8Array>;
}

/** The HR pictures of a set with what `folder` holds under the same name with HR replaced by `kind`. */
export async function pairs(set: string, scale: number, folder: string, kind: string): Promise<Pair[]> {
  const root = `datasets/benchmark/HR/${set}/x${scale}`;
  return Promise.all(
    readdirSync(shared(root)).map(async (file) => {
      const name = file.replace('_HR_', `_${kind}_`);
      const other = shared(`datasets/benchmark/${folder}/${set}/x${scale}/${name}`);
      return { name, hr: await decode(shared(`${root}/${file}`)), other: await decode(other) };
    }),
  );
}

export function differing(a: Image, b: Image): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) count++;
  return count;
}
