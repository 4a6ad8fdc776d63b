import { hasAlpha, type Image, type Samples, sampleMax } from '../image/image.ts';
import { imresize } from '../image/imresize.ts';

/** Whether a picture has an alpha channel in which anything is not opaque. */
export function hasTransparency(image: Image): boolean {
  const { channels, data } = image;
  if (!hasAlpha(image)) return false;
  const opaque = sampleMax(data);
  for (let i = channels - 1; i < data.length; i += channels) if (data[i] !== opaque) return true;
  return false;
}

/**
 * A copy in which fully transparent pixels have the colour of the nearest visible pixel, as theirs is arbitrary
 * (mostly black) and the network would draw it into the visible edge as a halo. Two passes over the picture.
 */
export function spreadColours<S extends Samples>(image: Image<S>): Image<S> {
  const { width, height, channels } = image;
  const data = image.data.slice() as S;
  const distance = new Float32Array(width * height);
  for (let i = 0; i < distance.length; i++) {
    distance[i] = data[i * channels + channels - 1] === 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const take = (to: number, x: number, y: number, step: number) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const from = y * width + x;
    if (distance[from]! + step >= distance[to]!) return;
    distance[to] = distance[from]! + step;
    for (let c = 0; c < channels - 1; c++) data[to * channels + c] = data[from * channels + c]!;
  };
  const visit = (i: number, direction: 1 | -1) => {
    const x = i % width;
    const y = (i - x) / width;
    take(i, x - direction, y, 1);
    take(i, x, y - direction, 1);
    take(i, x - direction, y - direction, Math.SQRT2);
    take(i, x + direction, y - direction, Math.SQRT2);
  };
  for (let i = 0; i < distance.length; i++) visit(i, 1);
  for (let i = distance.length - 1; i >= 0; i--) visit(i, -1);
  return { ...image, data };
}

/** Writes the alpha channel of `source`, enlarged by bicubic interpolation (opaque stays opaque), to `target`. */
export function enlargeAlpha(source: Image, target: Image, transparent: boolean): void {
  const last = target.channels - 1;
  if (!transparent) {
    const opaque = sampleMax(target.data);
    for (let i = last; i < target.data.length; i += target.channels) target.data[i] = opaque;
    return;
  }
  const alpha = source.data.slice(0, source.width * source.height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = source.data[i * source.channels + source.channels - 1]!;
  const plane: Image = { width: source.width, height: source.height, channels: 1, data: alpha };
  const enlarged = imresize(plane, { width: target.width, height: target.height });
  for (let i = 0; i < enlarged.data.length; i++) target.data[i * target.channels + last] = enlarged.data[i]!;
}
