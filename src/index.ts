/** Entry point `sisr`: what runs in Node and in browsers alike. */
export { InputError } from './errors.ts';
export { type Checkpoint, openCheckpoint, readCheckpoint } from './formats/checkpoint.ts';
export { writeSafetensors } from './formats/safetensors.ts';
export { writeTorch } from './formats/torch-write.ts';
export { modcrop, shave } from './image/crop.ts';
export { degrade } from './image/degrade.ts';
export type { Image, Samples } from './image/image.ts';
export { IMRESIZE_DEFAULTS, type ImresizeOptions, imresize } from './image/imresize.ts';
export { PROTOCOLS, type Protocol, type ProtocolName } from './metrics/protocols.ts';
export { psnr } from './metrics/psnr.ts';
export { ssim } from './metrics/ssim.ts';
export type { Architecture, NetworkOptions } from './models/architecture.ts';
export { KeyMismatchError } from './models/complete-state.ts';
export { exportOnnx, type NetworkWeights } from './models/export-onnx.ts';
export { RCAN_DEFAULTS, type RcanOptions } from './models/rcan.ts';
export { ARCHITECTURES, identify } from './models/registry.ts';
export { type Transfer, transferWeights } from './models/transfer.ts';
export { elementCount, type StateDict, type Tensor, tensor } from './tensor.ts';
