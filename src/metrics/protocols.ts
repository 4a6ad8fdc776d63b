import { InputError } from '../errors.ts';
import { lumaBasicsr, lumaEdsr, lumaMatlab } from '../image/colour.ts';

export type ProtocolName =
  | 'rcan-matlab'
  | 'edsr-benchmark'
  | 'edsr-div2k'
  | 'basicsr-y'
  | 'basicsr-rgb'
  | 'rgb';

/**
 * One way in which papers compare two pictures. In all of them values are brought to 0..255 first (16 bits
 * divided by 257, floating point times 255), the peak is 255, and SSIM is Wang's of 2004: an 11 × 11 Gaussian
 * window with σ 1.5, K = (0.01, 0.03), only where the window fits, the plain mean.
 */
export interface Protocol {
  readonly name: ProtocolName;
  readonly description: string;
  readonly source: string;
  /** Y of R, G, B (0..255) for RGB pictures; without it all channels count alike. Grey is taken as it is. */
  readonly luma?: (r: number, g: number, b: number) => number;
  /** Pixels to cut from every side; without it nothing is cut and no scale is needed. */
  readonly shave?: (scale: number) => number;
  /** Floating point is rounded to 8 bits (half to even, saturated) before; otherwise it is taken as it is. */
  readonly quantize: boolean;
}

/** All protocols, the default first. */
export const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'rcan-matlab',
    description:
      'Y of BT.601 as MATLAB has it, in single precision, not rounded; shave = scale. The tables of the RCAN paper and of most others.',
    source: 'Evaluate_PSNR_SSIM.m of https://github.com/yulunzhang/RCAN',
    luma: lumaMatlab,
    shave: (scale) => scale,
    quantize: false,
  },
  {
    name: 'edsr-benchmark',
    description:
      'Y with 65.738, 129.057, 25.064 over 256; shave = scale; floating point rounded to 8 bits. The log of EDSR, RCAN and HAN in training. SSIM, which EDSR does not have, on the same Y.',
    source: 'calc_psnr of https://github.com/sanghyun-son/EDSR-PyTorch (benchmark data)',
    luma: lumaEdsr,
    shave: (scale) => scale,
    quantize: true,
  },
  {
    name: 'edsr-div2k',
    description:
      'All of R, G, B; shave = scale + 6; floating point rounded to 8 bits. EDSR on the DIV2K validation set. SSIM as the mean of the channels.',
    source: 'calc_psnr of https://github.com/sanghyun-son/EDSR-PyTorch (other data)',
    shave: (scale) => scale + 6,
    quantize: true,
  },
  {
    name: 'basicsr-y',
    description:
      'Y of BT.601 in single precision, as `test_y_channel: true` with `crop_border` = scale; not rounded. Differs from rcan-matlab in the seventh digit.',
    source: 'calculate_psnr and calculate_ssim of https://github.com/XPixelGroup/BasicSR',
    luma: lumaBasicsr,
    shave: (scale) => scale,
    quantize: false,
  },
  {
    name: 'basicsr-rgb',
    description:
      'All of R, G, B, as `test_y_channel: false` with `crop_border` = scale; SSIM as the mean of the channels; not rounded.',
    source: 'calculate_psnr and calculate_ssim of https://github.com/XPixelGroup/BasicSR',
    shave: (scale) => scale,
    quantize: false,
  },
  {
    name: 'rgb',
    description: 'All channels of the whole picture; SSIM as the mean of the channels; not rounded.',
    source: 'the plain definitions',
    quantize: false,
  },
];

/** How two pictures are compared. */
export interface MetricOptions {
  readonly protocol?: ProtocolName;
  /** The factor of the super-resolution; decides how much is shaved. Only `rgb` does without. */
  readonly scale?: number;
}

export const METRIC_DEFAULTS = { protocol: 'rcan-matlab' } as const satisfies MetricOptions;

/**
 * The protocol of a name.
 *
 * @throws {InputError} for an unknown name, listing the known ones.
 */
export function findProtocol(name: string): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol.name === name);
  if (found) return found;
  throw new InputError(
    `protocol: expected one of ${PROTOCOLS.map((protocol) => protocol.name).join(', ')}, found ${name}`,
  );
}
