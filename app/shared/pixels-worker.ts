/** Work on pixels that would make the page stand still. Speaks to the page through Comlink. */
import { expose, transfer } from 'comlink';
import { type Image, imresize, modcrop, psnr, ssim } from 'sisr';
import { decodePicture, type EncodeOptions, encodePicture } from 'sisr/web';

export type Pixels = typeof pixels;

export interface Looks {
  readonly width: number;
  readonly height: number;
  /** Square. */
  readonly thumbnail: ImageBitmap;
  /** Whether any pixel is not opaque. */
  readonly transparent: boolean;
}

/** PSNR in dB, SSIM 0..1. */
export interface Score {
  readonly psnr: number;
  readonly ssim: number;
}

type Picture = Image<Uint8Array>;

/** Twice as fine as a card shows it. */
const THUMBNAIL_SIDE = 112;

const pixels = {
  async describe(file: File): Promise<Looks> {
    const picture = await decodePicture(file);
    const { width, height } = picture;
    const thumbnail = await squareThumbnail(picture);
    return transfer({ width, height, thumbnail, transparent: isTransparent(picture) }, [thumbnail]);
  },

  /** A picture enlarged as MATLAB does. */
  async bicubic(file: File, scale: number): Promise<ImageBitmap> {
    const bitmap = await createImageBitmap(enlargeBicubic(await decodePicture(file), scale));
    return transfer(bitmap, [bitmap]);
  },

  /**
   * How near two enlargements of a picture, the network's and bicubic interpolation's, come to the large original.
   *
   * @throws {Error} where the original has another size, or something is transparent
   */
  async measure(reference: File, enlarged: Blob, file: File, scale: number) {
    const original = modcrop(opaque(await decodePicture(reference), reference.name), scale);
    const small = opaque(await decodePicture(file), file.name);
    const [width, height] = [small.width * scale, small.height * scale];
    if (original.width !== width || original.height !== height)
      throw new Error(
        `${reference.name}: expected ${width}×${height} pixels, as the enlarged picture has, ` +
          `found ${original.width}×${original.height}`,
      );
    const network = opaque(await decodePicture(enlarged), file.name);
    return {
      enlarged: score(network, original, scale),
      bicubic: score(imresize(small, scale), original, scale),
    };
  },

  async encode(picture: Blob, options: EncodeOptions): Promise<Blob> {
    return encodePicture(await decodePicture(picture), options);
  },
};

expose(pixels);

function squareThumbnail(picture: ImageData): Promise<ImageBitmap> {
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) >> 1, (picture.height - side) >> 1];
  const size = { resizeWidth: THUMBNAIL_SIDE, resizeHeight: THUMBNAIL_SIDE };
  return createImageBitmap(picture, left, top, side, side, { ...size, resizeQuality: 'medium' });
}

function isTransparent({ data }: ImageData): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

function enlargeBicubic(picture: ImageData, scale: number): ImageData {
  // Colours count as much as they are seen, or those of invisible pixels would shine through.
  const transparent = isTransparent(picture);
  const { width, height, data } = imresize(rgba(transparent ? premultiplied(picture) : picture), scale);
  const enlarged = new ImageData(new Uint8ClampedArray(data.buffer as ArrayBuffer), width, height);
  return transparent ? divided(enlarged) : enlarged;
}

function rgba({ width, height, data }: ImageData): Picture {
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
}

function premultiplied({ width, height, data }: ImageData): ImageData {
  return new ImageData(
    data.map((value, i) => (i % 4 === 3 ? value : (value * data[i | 3]!) / 255)),
    width,
    height,
  );
}

function divided({ width, height, data }: ImageData): ImageData {
  return new ImageData(
    data.map((value, i) => (i % 4 === 3 ? value : (value * 255) / Math.max(1, data[i | 3]!))),
    width,
    height,
  );
}

/** A picture without its alpha. @throws {Error} where it is transparent: metrics know no alpha */
function opaque(picture: ImageData, name: string): Picture {
  if (isTransparent(picture))
    throw new Error(`${name}: expected an opaque picture, found transparent pixels`);
  const { width, height, data } = picture;
  const rgb = new Uint8Array(3 * width * height);
  for (let to = 0, from = 0; to < rgb.length; to += 3, from += 4)
    for (let c = 0; c < 3; c++) rgb[to + c] = data[from + c]!;
  return { width, height, channels: 3, data: rgb };
}

/** By the first protocol of the papers. Grey pictures are compared as they are, without a detour over Y. */
function score(found: Picture, original: Picture, scale: number): Score {
  const grey = isGrey(found) && isGrey(original);
  const [a, b] = grey ? [greyOf(found), greyOf(original)] : [found, original];
  const options = { protocol: 'rcan-matlab', scale } as const;
  return { psnr: psnr(a, b, options), ssim: ssim(a, b, options) };
}

function isGrey({ data }: Picture): boolean {
  for (let i = 0; i < data.length; i += 3)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

function greyOf({ width, height, data }: Picture): Picture {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = data[3 * i]!;
  return { width, height, channels: 1, data: grey };
}
