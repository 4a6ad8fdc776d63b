/** Pictures that cross into a page: RGBA, 8 bits. */
import type { Image } from '../../src/image/image.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import type { UpscaleOptions } from '../../src/upscale/upscale.ts';

/** A picture in colour; where it is transparent, its alpha rises from 0 on the left to 255. */
export function rgba(width: number, height: number, { transparent = false } = {}): Image<Uint8Array> {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const alpha = transparent ? Math.min(255, Math.max(0, 8 * (x - 10))) : 255;
    data.set([(x * 5 + y) % 256, (x * y) % 256, 255 - ((y * 3) % 256), alpha], 4 * i);
  }
  return { width, height, channels: 4, data };
}

/** A picture as the page takes it. */
export function given(
  kind: 'ImageData' | 'ImageBitmap' | 'Image',
  { width, height, data }: Image<Uint8Array>,
) {
  return { kind, width, height, bytes: toBase64(data) };
}

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const samplesOf = ({ bytes }: { bytes: string }): Uint8Array =>
  new Uint8Array(Buffer.from(bytes, 'base64'));

/** The same picture enlarged by the same weights in Node. */
export async function enlargedInNode(
  weights: string | Uint8Array,
  image: Image<Uint8Array>,
  options: UpscaleOptions = {},
): Promise<Uint8Array> {
  const network = await loadNetwork(weights, { device: 'cpu' });
  try {
    return (await network.upscale(image, options)).data;
  } finally {
    await network.dispose();
  }
}

/** What is seen of a picture on black; alpha stays. */
export function onBlack(samples: Uint8Array): Uint8Array {
  return samples.map((value, i) => (i % 4 === 3 ? value : Math.round((value * samples[i | 3]!) / 255)));
}
