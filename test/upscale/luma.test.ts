/** Networks that enlarge only Y, and networks that see the picture already enlarged. */
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { rgbToYcbcr, ycbcrToRgb } from '../../src/image/colour.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import type { LumaRange, NetworkOptions } from '../../src/models/architecture.ts';
import { build as buildEspcn, ESPCN_DEFAULTS } from '../../src/models/espcn.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { build as buildSrcnn, SRCNN_DEFAULTS } from '../../src/models/srcnn.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import type { StateDict } from '../../src/tensor.ts';
import type { Forward, Upscaler } from '../../src/upscale/forward.ts';
import type { Network } from '../../src/upscale/network.ts';
import { afterBicubic } from '../../src/upscale/pre-upsample.ts';
import { type UpscaleOptions, upscale } from '../../src/upscale/upscale.ts';
import { largestDifference } from '../difference.ts';
import { randomState } from '../models/round-trip.ts';
import { repeatTwice, texture, toyUpscaler } from './toy.ts';

type Colour = [number, number, number];

/** Values 0..1 in which every pixel differs from its neighbours. */
function floatTexture(width: number, height: number, channels: 1 | 3 = 3): Image<Float32Array> {
  const { data } = texture(width, height, channels);
  return { width, height, channels, data: Float32Array.from(data, (value) => value / 255) };
}

function differenceOf(a: Image, b: Image): number {
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels]);
  return largestDifference(a.data, b.data);
}

/** A network on Y by 2. */
function lumaUpscaler(forward: Forward = repeatTwice, luma: LumaRange = 'studio'): Upscaler {
  return { ...toyUpscaler(forward), valueRange: 1, luma };
}

const WAYS: UpscaleOptions[] = [
  { tile: 'off' },
  { tile: 'auto' },
  { tile: 'chop' },
  { tile: 48 },
  { tile: 64 },
  { tile: 48, ensemble: true },
  { tile: 'chop', ensemble: true },
];

describe('a network on Y', () => {
  /** As the papers do it, on the whole picture: RGB → YCbCr, network on Y, bicubic on Cb and Cr, → RGB. */
  async function reference(image: Image<Float32Array>): Promise<Image> {
    const { width, height, data } = rgbToYcbcr(image);
    const plane = (channel: number) => data.filter((_, i) => i % 3 === channel);
    const y = await repeatTwice({ data: plane(0), dims: [1, 1, height, width] });
    const [cb, cr] = [1, 2].map((c) => imresize({ width, height, channels: 1, data: plane(c) }, 2).data);
    const merged = Float32Array.from({ length: 12 * width * height }, (_, i) => {
      return [y.data, cb!, cr!][i % 3]![Math.floor(i / 3)]!;
    });
    return ycbcrToRgb({ width: 2 * width, height: 2 * height, channels: 3, data: merged });
  }

  it.each(
    [
      [1, 1],
      [1, 70],
      [19, 40],
      [49, 131],
      [97, 101],
    ].flatMap(([width = 0, height = 0]) => WAYS.map((way) => ({ width, height, ...way }))),
  )('goes with bicubic Cb and Cr, without seams: %o', async ({ width, height, ...way }) => {
    const image = floatTexture(width, height);
    const result = await upscale(lumaUpscaler(), image, way);
    expect(differenceOf(result, await reference(image))).toBeLessThan(1e-5);
  });

  it.each([
    ['studio', (r, g, b) => (16 + 65.481 * r + 128.553 * g + 24.966 * b) / 255],
    ['full', (r, g, b) => 0.299 * r + 0.587 * g + 0.114 * b],
  ] as [LumaRange, (...colour: Colour) => number][])('sees the Y of its %s range', async (range, luma) => {
    const seen: number[] = [];
    const watching: Forward = (input) => {
      seen.push(...input.data);
      return repeatTwice(input);
    };
    const colours: Colour[] = [
      [0, 0, 0],
      [1, 1, 1],
      [0.75, 0.25, 0.5],
    ];
    const image = { width: 3, height: 1, channels: 3, data: Float32Array.from(colours.flat()) } as const;
    await upscale({ ...lumaUpscaler(watching, range), valueRange: 100 }, image, {});
    expect(seen).toHaveLength(3);
    for (const [i, colour] of colours.entries()) expect(seen[i]).toBeCloseTo(100 * luma(...colour), 4);
  });

  it.each(['studio', 'full'] as const)('of %s range leaves grey grey, to the last bit', async (range) => {
    const doubled: Forward = async (input) => {
      const { data, dims } = await repeatTwice(input);
      return { data: data.map((value, i) => value + ((i * 13) % 7) / 100), dims };
    };
    const grey = floatTexture(50, 21, 1);
    const rgb: Image<Float32Array> = {
      ...grey,
      channels: 3,
      data: Float32Array.from({ length: 3 * grey.data.length }, (_, i) => grey.data[Math.floor(i / 3)]!),
    };
    const { data } = await upscale(lumaUpscaler(doubled, range), rgb, { tile: 48 });
    for (let i = 0; i < data.length; i += 3) expect([data[i + 1], data[i + 2]]).toEqual([data[i], data[i]]);
    const fromGrey = await upscale(lumaUpscaler(doubled, range), grey, { tile: 48 });
    expect(Math.max(...fromGrey.data.map((value, i) => Math.abs(value - data[3 * i]!)))).toBeLessThan(1e-6);
  });

  it.each([1, 2, 3, 4] as const)('takes %i channels of 8 and of 16 bits', async (channels) => {
    const image = texture(70, 33, channels);
    const wide = { ...image, data: Uint16Array.from(image.data, (value) => 257 * value) };
    const whole = await upscale(lumaUpscaler(), image, { tile: 'off' });
    const tiled = await upscale(lumaUpscaler(), image, { tile: 48 });
    const deep = await upscale(lumaUpscaler(), wide, { tile: 48 });
    expect(deep.data).toBeInstanceOf(Uint16Array);
    expect(differenceOf(tiled, whole)).toBeLessThanOrEqual(1);
    const reduced = Uint8Array.from(deep.data, (value) => Math.round(value / 257));
    expect(differenceOf({ ...deep, data: reduced }, whole)).toBeLessThanOrEqual(1);
    if (channels % 2 === 0)
      for (let i = channels - 1; i < whole.data.length; i += channels) expect(whole.data[i]).toBe(255);
  });

  it('has no halo around what is transparent', async () => {
    const data = new Uint8Array(16 * 8 * 4);
    for (let i = 0; i < 16 * 8; i++) if (i % 16 < 8) data.fill(255, 4 * i, 4 * i + 4);
    const image = { width: 16, height: 8, channels: 4, data } as const;
    const result = await upscale(lumaUpscaler(), image, {});
    for (let i = 0; i < result.data.length; i += 4)
      if (result.data[i + 3]! > 0) expect([...result.data.slice(i, i + 3)]).toEqual([255, 255, 255]);
    expect(result.data[3]).toBe(255);
    expect(result.data[4 * 31 + 3]).toBe(0);
  });
});

describe('a network on the enlarged picture', () => {
  it.each(WAYS)('that changes nothing gives the bicubic picture: %o', async (way) => {
    const image = floatTexture(97, 61);
    for (const scale of [2, 3]) {
      const forward = afterBicubic(scale, async (input) => ({ ...input }));
      const bicubic = imresize(image, scale);
      const rgb = await upscale({ ...toyUpscaler(forward), scale }, image, way);
      expect(differenceOf(rgb, bicubic)).toBeLessThan(1e-5);
      const luma = await upscale({ ...lumaUpscaler(forward), scale }, image, way);
      expect(differenceOf(luma, bicubic)).toBeLessThan(1e-5);
    }
  });
});

describe('SRCNN and ESPCN', () => {
  async function withNetwork(
    id: string,
    options: NetworkOptions,
    state: StateDict,
    use: (network: Network) => Promise<void>,
  ): Promise<void> {
    const bytes = writeSafetensors(state, { metadata: networkMetadata(id, options) });
    const network = await loadNetwork(bytes, { device: 'cpu' });
    try {
      await use(network);
    } finally {
      await network.dispose();
    }
  }

  it.each([
    [1, 2],
    [1, 3],
    [3, 2],
  ])('SRCNN with %i colours ×%i: tiles change nothing', async (colors, scale) => {
    const options = { ...SRCNN_DEFAULTS, features: 4, mappedFeatures: 3, colors, scale };
    await withNetwork('srcnn', options, randomState(buildSrcnn(options)), async (network) => {
      expect(network).toMatchObject({ scale, notes: [] });
      const enlarged = await network.run({ data: new Float32Array(colors * 42), dims: [1, colors, 6, 7] });
      expect(enlarged.dims).toEqual([1, colors, 6, 7]);
      const image = floatTexture(70, 55);
      const whole = await network.upscale(image, { tile: 'off' });
      expect([whole.width, whole.height]).toEqual([70 * scale, 55 * scale]);
      expect(differenceOf(await network.upscale(image, { tile: 48 }), whole)).toBeLessThan(1e-5);
      const chopped = await network.upscale(image, { tile: 'chop' });
      expect(differenceOf(chopped, whole)).toBeLessThan(1e-5);
    });
  });

  it.each([
    { scale: 3, finalSigmoid: false },
    { scale: 2, finalSigmoid: true },
  ])('ESPCN %o: tiles change nothing, and white is white in its own range', async (set) => {
    const options = { ...ESPCN_DEFAULTS, features: 4, mappedFeatures: 3, ...set };
    const state = randomState(buildEspcn(options));
    await withNetwork('espcn', options, state, async (network) => {
      const image = floatTexture(70, 55);
      const whole = await network.upscale(image, { tile: 'off' });
      expect(differenceOf(await network.upscale(image, { tile: 48 }), whole)).toBeLessThan(1e-5);
      const white = { width: 1, height: 1, channels: 1, data: Float32Array.of(1) } as const;
      const luma = set.finalSigmoid ? 1 : 235 / 255;
      const { data } = await network.run({ data: Float32Array.of(luma), dims: [1, 1, 1, 1] });
      const expected = set.finalSigmoid ? data : data.map((y) => (255 * y - 16) / 219);
      const found = await network.upscale(white);
      expect(Math.max(...found.data.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-6);
    });
  });
});
