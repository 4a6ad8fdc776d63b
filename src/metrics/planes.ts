import { InputError } from '../errors.ts';
import { shave } from '../image/crop.ts';
import {
  checkImage,
  checkScale,
  hasAlpha,
  type Image,
  roundHalfEven,
  type Samples,
  sampleMax,
} from '../image/image.ts';
import { findProtocol, METRIC_DEFAULTS, type MetricOptions, type Protocol } from './protocols.ts';

/** What a protocol compares: one plane (Y or grey) or one per channel, each height × width, in 0..255. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float64Array[];
}

/**
 * Shaves two pictures and brings them to the planes that the protocol compares.
 *
 * @throws {InputError} for different sizes or channels, alpha, a missing scale, or too few pixels.
 */
export function comparedPlanes(a: Image, b: Image, options: MetricOptions): [Planes, Planes] {
  const protocol = findProtocol(options.protocol ?? METRIC_DEFAULTS.protocol);
  checkPair(a, b);
  const pixels = shavedPixels(protocol, options.scale);
  return [toPlanes(shave(a, pixels), protocol), toPlanes(shave(b, pixels), protocol)];
}

function checkPair(a: Image, b: Image): void {
  checkImage(a, 'first image');
  checkImage(b, 'second image');
  if (hasAlpha(a) || hasAlpha(b)) {
    throw new InputError(
      `metrics compare pictures without alpha, found ${a.channels} and ${b.channels} channels; ` +
        'remove the alpha channel or flatten it onto a background first',
    );
  }
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    const size = (image: Image) => `${image.width}×${image.height}×${image.channels}`;
    throw new InputError(`metrics compare pictures of one size, found ${size(a)} and ${size(b)}`);
  }
}

function shavedPixels(protocol: Protocol, scale: number | undefined): number {
  if (!protocol.shave) return 0;
  if (scale === undefined) {
    throw new InputError(`scale: protocol ${protocol.name} shaves the border by the scale; found none`);
  }
  checkScale(scale);
  return protocol.shave(scale);
}

/** A picture without alpha as the planes that a protocol compares. */
export function toPlanes(image: Image, protocol: Protocol): Planes {
  const { width, height, channels } = image;
  const values = to255(image.data, protocol.quantize);
  if (channels === 3 && protocol.luma) {
    return { width, height, planes: [lumaPlane(values, protocol.luma)] };
  }
  const planes = Array.from({ length: channels }, (_, c) => channelPlane(values, channels, c));
  return { width, height, planes };
}

function channelPlane(values: ArrayLike<number>, channels: number, channel: number): Float64Array {
  const plane = new Float64Array(values.length / channels);
  for (let i = 0; i < plane.length; i++) plane[i] = values[i * channels + channel]!;
  return plane;
}

function lumaPlane(values: ArrayLike<number>, luma: NonNullable<Protocol['luma']>): Float64Array {
  const plane = new Float64Array(values.length / 3);
  for (let i = 0; i < plane.length; i++) {
    plane[i] = luma(values[3 * i]!, values[3 * i + 1]!, values[3 * i + 2]!);
  }
  return plane;
}

function to255(data: Samples, quantize: boolean): ArrayLike<number> {
  const max = sampleMax(data);
  if (max === 255) return data;
  const values = Float64Array.from(data);
  for (let i = 0; i < values.length; i++) {
    const value = max === 1 ? values[i]! * 255 : values[i]! / 257;
    values[i] = quantize && max === 1 ? roundHalfEven(Math.min(Math.max(value, 0), 255)) : value;
  }
  return values;
}
