/** The pixels of a decoded picture. */
import { InputError, OutOfMemoryError } from '../errors.ts';

/** RGBA of a part of the picture. */
type Reader = (band: ImageBitmap) => Uint8Array | Uint8ClampedArray;

/** Canvases are limited in size, on phones below that of a photograph: pictures are read in bands of so many pixels. */
const BAND_PIXELS = 2 ** 22;
const BAND_ROWS = 4096;

/**
 * RGBA of a bitmap in sRGB, 8 bits, not premultiplied.
 *
 * @param bitmap made with `premultiplyAlpha: 'none'`; otherwise its colours are rounded already
 * @throws {InputError} where the browser hides the pixels from pages
 */
export async function readPixels(bitmap: ImageBitmap): Promise<Uint8ClampedArray<ArrayBuffer>> {
  tested ??= testReading();
  await tested;
  const { width, height } = bitmap;
  const rows = Math.max(1, Math.min(height, BAND_ROWS, Math.floor(BAND_PIXELS / width)));
  const pixels = await readBands(bitmap, rows, canvasReader(width, rows));
  if (!isTranslucent(pixels)) return pixels;
  const exact = textureReader(width, rows);
  return exact ? readBands(bitmap, rows, exact) : pixels;
}

let tested: Promise<void> | undefined;
const TEST_SIDE = 16;
/** Noise of less than this is not worth a word. */
const MOST_NOISE = 2;

/**
 * Against pages that recognise visitors by how their browser draws, some browsers give them other pixels than those of
 * the picture: noise in the lowest bit, or nothing of the picture at all.
 */
async function testReading(): Promise<void> {
  const known = Uint8ClampedArray.from({ length: 4 * TEST_SIDE ** 2 }, (_, i) =>
    i % 4 === 3 ? 255 : (37 * i) & 255,
  );
  const bitmap = await createImageBitmap(new ImageData(known, TEST_SIDE, TEST_SIDE));
  const found = await readBands(bitmap, TEST_SIDE, canvasReader(TEST_SIDE, TEST_SIDE));
  bitmap.close();
  if (found.some((value, i) => Math.abs(value - known[i]!) > MOST_NOISE))
    throw new InputError(
      'this browser hides the pixels of pictures from pages, against fingerprinting: expected leave to read canvases',
    );
}

async function readBands(
  bitmap: ImageBitmap,
  rows: number,
  read: Reader,
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { width, height } = bitmap;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let top = 0; top < height; top += rows) {
    const size = Math.min(rows, height - top);
    const band = await createImageBitmap(bitmap, 0, top, width, size, { premultiplyAlpha: 'none' });
    pixels.set(read(band), 4 * width * top);
    band.close();
  }
  return pixels;
}

/** Works everywhere, but a canvas multiplies colours with alpha: those of nearly transparent pixels come back coarse. */
function canvasReader(width: number, rows: number): Reader {
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (!context) throw new OutOfMemoryError(`not enough memory to read a picture ${width} pixels wide`);
  return (band) => {
    context.clearRect(0, 0, width, rows);
    context.drawImage(band, 0, 0);
    return context.getImageData(0, 0, band.width, band.height).data;
  };
}

/** Through a texture, which keeps colours and alpha apart. Undefined where the browser has none of this size. */
function textureReader(width: number, rows: number): Reader | undefined {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl || Math.max(width, rows) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return undefined;
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  return (band) => {
    const pixels = new Uint8Array(4 * band.width * band.height);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, band);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    gl.readPixels(0, 0, band.width, band.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return pixels;
  };
}

function isTranslucent(pixels: Uint8ClampedArray): boolean {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 0 && pixels[i] !== 255) return true;
  return false;
}
