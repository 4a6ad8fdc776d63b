/** What `sisr/web` gives: a network that runs in a worker, and pictures as browsers know them. */
import type { Image } from '../image/image.ts';
import type { Network, NetworkSettings } from '../upscale/network.ts';
import type { UpscaleOptions } from '../upscale/upscale.ts';

/** A picture in one of the forms that browsers have, or sisr's own `Image`. */
export type WebPicture = Blob | ImageBitmap | ImageData | Image;

/** What `upscale` gives for a picture: one of the same kind (for a `File` a `Blob`). */
export type Enlarged<P extends WebPicture> = P extends Blob ? Blob : P;

export interface WebNetworkSettings extends NetworkSettings {
  /**
   * Folder from which ONNX Runtime's .wasm files are loaded, relative to the page. Default: where the bundler put
   * them, beside the script.
   */
  wasmPaths?: string | URL;
}

export interface EncodeOptions {
  /** Default: `image/png`. JPEG knows no transparency: the picture is put on white. */
  type?: 'image/png' | 'image/jpeg' | 'image/webp';
  /** 1..100 for JPEG and WebP. Default: 95. */
  quality?: number;
}

/** `type` and `quality` are those of the resulting file and matter only where a `Blob` is given. */
export interface WebUpscaleOptions extends UpscaleOptions, EncodeOptions {}

/**
 * A network with its weights in a worker of its own. Holds the worker and its memory until `dispose` is called. Where
 * a graphics card fails for good, another worker takes over, and `device` and `deviceNotes` change to what it runs on.
 */
export interface WebNetwork extends Omit<Network, 'state' | 'upscale'> {
  /** Threads of WebAssembly: 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  /**
   * Enlarges a picture and leaves the given one as it is. With `tile: 'auto'` (default) the tiles fit the device, and
   * smaller ones are tried where memory runs out.
   *
   * A Blob is decoded by the browser (upright, converted to sRGB, 8 bits per channel). When the signal is aborted,
   * the promise rejects at once, and the worker stops at the next tile.
   *
   * @throws {InputError} for options that make no sense, or a Blob that is no picture
   * @throws {OutOfMemoryError} where memory runs out; names the next smaller tile, if there is one
   * @throws the signal's reason when it is aborted
   */
  upscale<P extends WebPicture>(picture: P, options?: WebUpscaleOptions): Promise<Enlarged<P>>;
}
