/** Entry point `sisr`: what runs in Node and in browsers alike. */
export { InputError, OutOfMemoryError } from './errors.ts';
export { type Checkpoint, openCheckpoint, readCheckpoint } from './formats/checkpoint.ts';
export { type SafetensorsOptions, writeSafetensors } from './formats/safetensors.ts';
export { type TorchWriteOptions, writeTorch } from './formats/torch-write.ts';
export type { Border } from './image/axis.ts';
export { rgbToYcbcr, ycbcrToRgb } from './image/colour.ts';
export { modcrop, shave } from './image/crop.ts';
export { type Degradation, type DegradeOptions, degrade } from './image/degrade.ts';
export type { Image, Samples, Size } from './image/image.ts';
export { IMRESIZE_DEFAULTS, type ImresizeOptions, imresize } from './image/imresize.ts';
export type { KernelName } from './image/kernels.ts';
export { isLossyPicture, LOSSY_HEAD_BYTES } from './image/lossy.ts';
export { type MetricOptions, PROTOCOLS, type Protocol, type ProtocolName } from './metrics/protocols.ts';
export { psnr } from './metrics/psnr.ts';
export { ssim } from './metrics/ssim.ts';
export type {
  Architecture,
  Configuration,
  LumaRange,
  NetworkOptions,
  SomeOptions,
} from './models/architecture.ts';
export { KeyMismatchError } from './models/complete-state.ts';
export { EDSR_DEFAULTS, EDSR_FULL, type EdsrOptions } from './models/edsr.ts';
export { ESPCN_DEFAULTS, type EspcnOptions } from './models/espcn.ts';
export { exportOnnx, type NetworkWeights } from './models/export-onnx.ts';
export { HAN_DEFAULTS, type HanOptions } from './models/han.ts';
export { networkMetadata } from './models/metadata.ts';
export { RCAN_DEFAULTS, type RcanOptions } from './models/rcan.ts';
export { ARCHITECTURES, type IdentifiedNetwork, identify, type WantedNetwork } from './models/registry.ts';
export { SAN_DEFAULTS, type SanOptions } from './models/san.ts';
export { SRCNN_DEFAULTS, type SrcnnOptions } from './models/srcnn.ts';
export { identifyStored } from './models/stored-network.ts';
export { type Transfer, transferWeights } from './models/transfer.ts';
export { type Block, initialState } from './nn/block.ts';
export { elementCount, type StateDict, type Tensor, tensor } from './tensor.ts';
export { chooseModel } from './upscale/choose-model.ts';
export { toImage, toTensor } from './upscale/tensor-image.ts';
