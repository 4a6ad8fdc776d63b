/** Entry point `sisr/node`: what needs Node. */
export type { DeviceChoice } from '../runtime/runtime.ts';
export type { Network, NetworkSettings } from '../upscale/network.ts';
export type { UpscaleOptions, UpscaleProgress } from '../upscale/upscale.ts';
export { loadNetwork } from './load-network.ts';
export {
  decodePicture,
  type Picture,
  type PictureMetadata,
  type ReadOptions,
  readPicture,
} from './picture.ts';
export { createServer, type Server, type ServerOptions } from './server/server.ts';
export { type ShippedModel, shippedModelPath, shippedModels } from './shipped-models.ts';
export { type Encoded, type EncodeOptions, encodePicture, type OutputFormat } from './write-picture.ts';
