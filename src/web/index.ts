/** Entry point `sisr/web`: what needs a browser. */
export type { DeviceChoice } from '../runtime/runtime.ts';
export type { Network, NetworkSettings } from '../upscale/network.ts';
export type { UpscaleOptions, UpscaleProgress } from '../upscale/upscale.ts';
export { loadNetwork } from './load-network.ts';
