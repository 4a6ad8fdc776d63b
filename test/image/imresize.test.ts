import { describe, expect, it } from 'vitest';
import { kernelTaps } from '../../src/image/axis.ts';
import type { Image } from '../../src/image/image.ts';
import { IMRESIZE_DEFAULTS, imresize } from '../../src/image/imresize.ts';
import { KERNELS, type KernelName } from '../../src/image/kernels.ts';
import { differing, kodak24, mirrored, noise, picture, rgb8 } from './helpers.ts';

const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

function ramp(size: number): Image<Float64Array> {
  return picture(
    size,
    size,
    1,
    Float64Array.from({ length: size * size }, (_, i) => i),
  );
}

const TOP_LEFT = picture(4, 4, 1, Float64Array.from([100, 1, 0, 100, 10, ...new Array(11).fill(0)]));

/** MATLAB R2019b, double precision, from the test answers of the public bicubic_pytorch project, to 10 digits. */
const MATLAB: [string, Image, number, number, boolean, number[]][] = [
  [
    'small → 3×3',
    ramp(4),
    3,
    3,
    true,
    [
      0.7505518764, 2.1004415011, 3.4503311258, 6.1501103753, 7.5, 8.8498896247, 11.5496688742, 12.8995584989,
      14.2494481236,
    ],
  ],
  [
    'small → 3×3 without antialiasing',
    ramp(4),
    3,
    3,
    false,
    [
      0.5439814815, 1.9351851852, 3.3263888889, 6.1087962963, 7.5, 8.8912037037, 11.6736111111, 13.0648148148,
      14.4560185185,
    ],
  ],
  [
    'square → 3×4 (dimensions of unequal scale)',
    ramp(8),
    4,
    3,
    true,
    [
      6.4725287733, 8.5115912733, 10.5350287733, 12.5740912733, 28.44921875, 30.48828125, 32.51171875,
      34.55078125, 50.4259087267, 52.4649712267, 54.4884087267, 56.5274712267,
    ],
  ],
  ['square → 2×2', ramp(8), 2, 2, true, [12.3837890625, 16.6318359375, 46.3681640625, 50.6162109375]],
  [
    '15×15 → 3×3',
    ramp(15),
    3,
    3,
    true,
    [29.1072, 34.288, 39.4688, 106.8192, 112, 117.1808, 184.5312, 189.712, 194.8928],
  ],
  [
    'topleft → 5×5',
    TOP_LEFT,
    5,
    5,
    false,
    [
      108.685225, 27.6970975, -12.4465625, 26.8841925, 109.2025, 35.471365, 8.970789, -3.5895625, 6.637437,
      26.961, -0.6503125, -0.21221875, 0.39453125, -1.60790625, -6.53125, -0.768075, -0.18963, 0.0459375, 0,
      0, 0, 0, 0, 0, 0,
    ],
  ],
];

describe('imresize agrees with MATLAB', () => {
  it.each(MATLAB)('%s', (_, image, width, height, antialias, expected) => {
    const result = imresize(image, { width, height }, { antialias });
    expected.forEach((value, i) => {
      expect(Math.abs(result.data[i]! - value)).toBeLessThan(1e-10);
    });
    expect(result.data).toHaveLength(expected.length);
  });

  it.each(['replicate', 'symmetric'] as const)('on 8 bits with a %s border, to the last bit', (border) => {
    for (const scale of [2, 3, 4]) {
      const expected = rgb8(24 / scale, 24 / scale, kodak24.bi[border][scale]!);
      expect(imresize(rgb8(24, 24, kodak24.hr), 1 / scale, { border })).toEqual(expected);
    }
  });

  it('rounds between the passes unless told otherwise', () => {
    const hr = rgb8(24, 24, kodak24.hr);
    const once = imresize(hr, 1 / 2, { roundBetweenPasses: false });
    expect(differing(once, imresize(hr, 1 / 2))).toBeGreaterThan(20);
  });

  it("has MATLAB's defaults", () => {
    expect(IMRESIZE_DEFAULTS).toEqual({
      kernel: 'bicubic',
      antialias: true,
      border: 'symmetric',
      roundBetweenPasses: true,
    });
  });

  it('takes nearest as a box without antialiasing', () => {
    const nearest = imresize(ramp(6), 1 / 3, { kernel: 'nearest' });
    expect([...nearest.data]).toEqual([7, 10, 25, 28]);
    expect([...imresize(ramp(2), 2, { kernel: 'nearest' }).data.slice(0, 8)]).toEqual([
      0, 0, 1, 1, 0, 0, 1, 1,
    ]);
    expect(imresize(ramp(6), 1 / 3, { kernel: 'box', antialias: false })).toEqual(nearest);
  });

  it('averages blocks with a box, and interpolates linearly', () => {
    const box = [...imresize(ramp(4), 1 / 2, { kernel: 'box' }).data];
    [2.5, 4.5, 10.5, 12.5].forEach((value, i) => {
      expect(box[i]).toBeCloseTo(value, 12);
    });
    const line = picture(2, 1, 1, Float64Array.of(0, 4));
    expect([...imresize(line, { width: 4, height: 1 }, { kernel: 'bilinear' }).data]).toEqual([0, 1, 3, 4]);
  });
});

describe.each(KERNEL_NAMES)('imresize with %s', (kernel) => {
  it.each([1 / 8, 1 / 3, 0.37, 1, 1.9, 4])('has weights that sum to 1 at scale %d', (scale) => {
    for (const antialias of [false, true]) {
      const { taps, weights } = kernelTaps(40, scale, KERNELS[kernel], antialias);
      for (let i = 0; i < 40; i++) {
        const sum = weights.subarray(i * taps, (i + 1) * taps).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 12);
      }
    }
  });

  it('keeps constant pictures constant', () => {
    const image = picture(13, 7, 3, new Uint8Array(273).fill(201));
    for (const size of [
      { width: 5, height: 11 },
      { width: 40, height: 1 },
    ]) {
      expect(new Set(imresize(image, size, { kernel }).data)).toEqual(new Set([201]));
    }
  });

  it('commutes with a flip', () => {
    // The half-open box takes the other neighbour where two are equally near, so no ties here.
    const image = picture(17, 11, 2, noise(new Float64Array(374), 1));
    const size = { width: 5, height: 23 };
    const a = mirrored(imresize(image, size, { kernel }));
    const b = imresize(mirrored(image), size, { kernel });
    a.data.forEach((value, i) => {
      expect(Math.abs(value - b.data[i]!)).toBeLessThan(1e-12);
    });
  });
});

describe('imresize takes', () => {
  it.each([
    [1, 1],
    [1, 31],
    [31, 1],
    [7, 13],
    [2, 3],
  ])('%d×%d pictures, up and down', (width, height) => {
    const image = picture(width, height, 4, noise(new Uint8Array(width * height * 4)));
    const up = imresize(image, 3);
    expect([up.width, up.height, up.channels]).toEqual([3 * width, 3 * height, 4]);
    const down = imresize(image, 1 / 8);
    expect([down.width, down.height]).toEqual([Math.ceil(width / 8), Math.ceil(height / 8)]);
  });

  it('scale 1 as a copy', () => {
    const image = rgb8(24, 24, kodak24.hr);
    expect(imresize(image, 1)).toEqual(image);
    expect(imresize(image, 1).data).not.toBe(image.data);
  });

  it('16 bits, rounded half up and saturated', () => {
    const image = picture(4, 1, 1, Uint16Array.of(65535, 65535, 0, 0));
    const up = imresize(image, { width: 8, height: 1 });
    expect(up.data).toBeInstanceOf(Uint16Array);
    expect(Math.max(...up.data)).toBe(65535);
    const half = imresize(picture(2, 1, 1, Uint16Array.of(1000, 1001)), { width: 1, height: 1 });
    expect([...half.data]).toEqual([1001]);
  });

  it('floating point without rounding or clamping, in its own type', () => {
    const image = picture(4, 1, 1, Float32Array.of(1, 1, 0, 0));
    const up = imresize(image, 2);
    expect(up.data).toBeInstanceOf(Float32Array);
    expect(Math.max(...up.data)).toBeGreaterThan(1);
    const double = imresize({ ...image, data: Float64Array.from(image.data) }, 2);
    expect(up.data).toEqual(Float32Array.from(double.data));
  });

  it('channels one by one', () => {
    const data = noise(new Uint8Array(9 * 8 * 2));
    const both = imresize(picture(9, 8, 2, data), 0.5);
    const second = imresize(
      picture(
        9,
        8,
        1,
        data.filter((_, i) => i % 2 === 1),
      ),
      0.5,
    );
    expect(both.data.filter((_, i) => i % 2 === 1)).toEqual(second.data);
  });
});

describe('imresize refuses', () => {
  const image = picture(2, 2, 1, new Uint8Array(4));
  it.each([
    [() => imresize(image, 0), 'scale: expected a finite number above 0, found 0'],
    [() => imresize(image, Number.NaN), 'found NaN'],
    [() => imresize(image, { width: 0, height: 3 }), 'found 0×3'],
    [() => imresize(image, 2, { kernel: 'cubic' as 'bicubic' }), 'found cubic'],
    [() => imresize(image, 2, { border: 'zero' as 'replicate' }), 'found zero'],
    [() => imresize({ ...image, width: 3 }, 2), 'expected 6 samples for 3×2×1, found 4'],
    [() => imresize({ ...image, channels: 5 as 4 }, 2), 'found 5'],
    [() => imresize({ ...image, width: 0 }, 2), 'found 0×2'],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});
