/** Entry point `sisr/web`: what needs a browser. */
export { InputError, OutOfMemoryError } from '../errors.ts';
export type { Image } from '../image/image.ts';
export type { Device, DeviceChoice } from '../runtime/runtime.ts';
export type { Tensor } from '../tensor.ts';
export type { UpscaleProgress } from '../upscale/progress.ts';
export { loadNetwork } from './load-network.ts';
export type {
  EncodeOptions,
  Enlarged,
  WebNetwork,
  WebNetworkSettings,
  WebPicture,
  WebUpscaleOptions,
} from './network.ts';
export { decodePicture, encodePicture } from './pictures.ts';
