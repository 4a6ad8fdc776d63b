/** Entry point `sisr/node`: what needs Node. */
export type { PatchNoise } from '../data/noise.ts';
export type { TrainingDegradation } from '../data/photo.ts';
export type { Device, DeviceChoice } from '../runtime/runtime.ts';
export type { NetworkSpec, TrainerOptions } from '../train/create-trainer.ts';
export type { TrainingBatch } from '../train/engine/batch.ts';
export type {
  Preparation,
  StepOptions,
  StepResult,
  Trainer,
  TrainerSettings,
  TrainerState,
} from '../train/engine/trainer.ts';
export type { OptimizerSpec } from '../train/optimizer-options.ts';
export type { PictureSource } from '../train/options.ts';
export type { Network, NetworkSettings } from '../upscale/network.ts';
export type { UpscaleProgress } from '../upscale/progress.ts';
export type { UpscaleOptions } from '../upscale/upscale.ts';
export { createTrainer } from './create-trainer.ts';
export { loadNetwork } from './load-network.ts';
export {
  decodePicture,
  type Picture,
  type PictureFormat,
  type PictureMetadata,
  type ReadOptions,
  readPicture,
} from './picture.ts';
export { createServer, type Server, type ServerOptions } from './server/server.ts';
export { type ShippedModel, shippedModelPath, shippedModels } from './shipped-models.ts';
export { type ListOptions, listTrainingPairs, type TrainingPair } from './training-data/list-pairs.ts';
export { openTrainingData, type TrainingData, type TrainingDataOptions } from './training-data/open.ts';
export { type Encoded, type EncodeOptions, encodePicture, type OutputFormat } from './write-picture.ts';
