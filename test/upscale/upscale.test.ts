import { describe, expect, it } from 'vitest';
import { NotANumberError } from '../../src/errors.ts';
import type { Image } from '../../src/image/image.ts';
import { chopPieces } from '../../src/upscale/chop.ts';
import type { Forward } from '../../src/upscale/forward.ts';
import { toImage, toTensor } from '../../src/upscale/tensor-image.ts';
import { MIN_TILE, TILE_CONTEXT, TILE_FADE, tileSpans } from '../../src/upscale/tile.ts';
import { upscale } from '../../src/upscale/upscale.ts';
import { repeatTwice, texture, toyUpscaler } from './toy.ts';

/** What `repeatTwice` makes of a picture. */
function repeated({ width, height, channels, data }: Image): Image {
  const Samples = data.constructor as Uint8ArrayConstructor;
  const result = new Samples(4 * data.length);
  for (let y = 0; y < 2 * height; y++) {
    for (let x = 0; x < 2 * width * channels; x++) {
      const pixel = Math.floor(x / channels) >> 1;
      result[y * 2 * width * channels + x] = data[((y >> 1) * width + pixel) * channels + (x % channels)]!;
    }
  }
  return { width: 2 * width, height: 2 * height, channels, data: result };
}

describe('every way of cutting gives the same picture where the network is local', () => {
  const sizes = [
    [1, 1],
    [1, 70],
    [18, 40],
    [19, 19],
    [48, 48],
    [49, 131],
    [97, 101],
    [200, 53],
  ] as const;
  const ways = [
    { tile: 'off' },
    { tile: 'auto' },
    { tile: 'chop' },
    { tile: 48 },
    { tile: 64 },
    { tile: 48, ensemble: true },
    { tile: 'chop', ensemble: true },
  ] as const;
  it.each(sizes.flatMap(([width, height]) => ways.map((way) => ({ width, height, ...way }))))(
    '%o',
    async ({ width, height, ...way }) => {
      const image = texture(width, height);
      expect(await upscale(toyUpscaler(), image, way)).toEqual(repeated(image));
    },
  );
});

describe('sample formats', () => {
  it.each([1, 2, 3, 4] as const)('%i channels of 8 bits', async (channels) => {
    const image = texture(9, 7, channels);
    const result = await upscale(toyUpscaler(), image, {});
    expect(result).toEqual(repeated(image));
  });

  it('16 bits keep all of them', async () => {
    const image: Image<Uint16Array> = {
      width: 3,
      height: 1,
      channels: 1,
      data: Uint16Array.of(0, 12345, 65535),
    };
    expect(await upscale(toyUpscaler(), image, {})).toEqual(repeated(image));
  });

  it('floating point is neither rounded nor clamped', async () => {
    const image: Image<Float32Array> = {
      width: 2,
      height: 1,
      channels: 3,
      data: Float32Array.of(-0.5, 0.25, 1.5, 0, 0.5, 1),
    };
    const { data } = await upscale(toyUpscaler(), image, {});
    expect(data[0]).toBeCloseTo(-0.5, 6);
    expect(data[2]).toBeCloseTo(1.5, 6);
  });

  it('8 bits are clamped and rounded half to even', async () => {
    const values = [-3, 0.5, 1.5, 2.5, 254.5, 300];
    const constant: Forward = async () => ({
      data: Float32Array.from(
        values
          .flatMap((v) => [v, v])
          .concat(values.flatMap((v) => [v, v]))
          .flatMap((v) => [v]),
      ).slice(0, 24),
      dims: [1, 3, 2, 4],
    });
    const image = texture(2, 1);
    const result = await upscale(toyUpscaler(constant), image, {});
    const red = [0, 1, 2, 3].map((x) => result.data[3 * x]);
    expect(red).toEqual([0, 0, 0, 0]);
    const green = [4, 5, 6, 7].map((i) => result.data[3 * i]);
    expect(green).toEqual([2, 2, 2, 2]);
  });
});

describe('alpha', () => {
  /** White in the visible half, black (as most programs leave it) in the transparent one. */
  function halfTransparent(): Image<Uint8Array> {
    const data = new Uint8Array(16 * 8 * 4);
    for (let i = 0; i < 16 * 8; i++) if (i % 16 < 8) data.fill(255, 4 * i, 4 * i + 4);
    return { width: 16, height: 8, channels: 4, data };
  }

  /** Blurs along rows, so that colours bleed over an edge as a real network's do. */
  const blurred: Forward = async (input) => {
    const { data, dims } = await repeatTwice(input);
    const mean = data.map(
      (_, i) => (data[Math.max(0, i - 2)]! + data[i]! + data[Math.min(data.length - 1, i + 2)]!) / 3,
    );
    return { data: mean, dims };
  };

  it('has no dark halo: every visible pixel keeps its colour', async () => {
    const { data } = await upscale(toyUpscaler(blurred), halfTransparent(), {});
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 0) expect(data[i]).toBe(255);
  });

  it('is enlarged smoothly and keeps opaque and transparent places', async () => {
    const { data, width } = await upscale(toyUpscaler(), halfTransparent(), {});
    const row = Array.from({ length: width }, (_, x) => data[4 * (5 * width + x) + 3]!);
    expect(row.slice(0, 13)).toEqual(Array(13).fill(255));
    expect(row.slice(-13)).toEqual(Array(13).fill(0));
    expect(row.slice(13, 19).every((value, i, all) => i === 0 || value <= all[i - 1]!)).toBe(true);
  });

  it('of an opaque picture stays opaque', async () => {
    const { data } = await upscale(toyUpscaler(), texture(5, 4, 4), {});
    for (let i = 3; i < data.length; i += 4) expect(data[i]).toBe(255);
  });
});

describe('tiles', () => {
  it.each(
    [48, 49, 63, 64, 100, 500].flatMap((tile) =>
      [47, 48, 72, 73, 120, 121, 997, 1000].map((length) => ({ tile, length })),
    ),
  )('cover a side exactly, with context before each fade: %o', ({ tile, length }) => {
    const spans = tileSpans(length, tile);
    expect(spans[0]!.from).toBe(0);
    expect(spans.at(-1)!.to).toBe(length);
    spans.forEach(({ start, size, from, to, fadesIn, fadesOut }, i) => {
      expect(size).toBeLessThanOrEqual(tile);
      expect(start + size).toBeLessThanOrEqual(length);
      if (fadesIn) expect(spans[i - 1]!.to).toBe(from);
      if (fadesIn) expect(from - start).toBeGreaterThanOrEqual(TILE_CONTEXT);
      if (fadesOut) expect(start + size - (to + TILE_FADE)).toBeGreaterThanOrEqual(TILE_CONTEXT);
      if (fadesIn && fadesOut) expect(to - from).toBeGreaterThanOrEqual(TILE_FADE);
    });
  });

  it('fade into each other: a step between two tiles becomes a ramp', async () => {
    let run = 0;
    const brightness: Forward = async (input) => {
      const { data, dims } = await repeatTwice(input);
      return { data: data.fill(run++ === 0 ? 100 : 140), dims };
    };
    const { data, width } = await upscale(toyUpscaler(brightness), texture(72, 30), { tile: 48 });
    const row = Array.from({ length: width }, (_, x) => data[3 * x]!);
    const steps = row.slice(1).map((value, i) => value - row[i]!);
    expect([row[0], row.at(-1)]).toEqual([100, 140]);
    expect(Math.max(...steps)).toBeLessThanOrEqual(3);
    expect(Math.min(...steps)).toBe(0);
  });

  it.each([0, -3, 47, 50.5, Number.NaN])('of %d pixels are refused', async (tile) => {
    await expect(upscale(toyUpscaler(), texture(9, 9), { tile })).rejects.toThrow(
      `tile must be auto, off, chop or at least ${MIN_TILE} pixels, found ${tile}`,
    );
  });

  it('of the automatic size keep within the budget', async () => {
    const seen: number[] = [];
    const watching: Forward = (input) => {
      seen.push(input.dims[2]! * input.dims[3]!);
      return repeatTwice(input);
    };
    await upscale(toyUpscaler(watching), texture(400, 300), { memory: 300 * 1024 ** 2 });
    const small = Math.max(...seen.splice(0));
    await upscale(toyUpscaler(watching), texture(400, 300), { memory: 2 * 1024 ** 3 });
    expect(2000 * small).toBeLessThan(40 * 1024 ** 2);
    expect(seen).toEqual([400 * 300]);
  });

  it('cannot fit into too small a budget, which is said', async () => {
    await expect(upscale(toyUpscaler(), texture(400, 300), { memory: 100 * 1024 ** 2 })).rejects.toThrow(
      /a memory budget of 100 MiB is too small for this picture: at least \d+ MiB are needed/,
    );
  });
});

describe('chop', () => {
  it('cuts as the original does', () => {
    // 451×300: halves 225×150, quarters padded to 235×160 = 37,600 pixels, below 160,000.
    expect(chopPieces(451, 300)).toEqual([
      {
        input: { left: 0, top: 0, width: 235, height: 160 },
        keep: { left: 0, top: 0, width: 225, height: 150 },
      },
      {
        input: { left: 216, top: 0, width: 235, height: 160 },
        keep: { left: 225, top: 0, width: 226, height: 150 },
      },
      {
        input: { left: 0, top: 140, width: 235, height: 160 },
        keep: { left: 0, top: 150, width: 225, height: 150 },
      },
      {
        input: { left: 216, top: 140, width: 235, height: 160 },
        keep: { left: 225, top: 150, width: 226, height: 150 },
      },
    ]);
  });

  it('cuts again where a padded quarter has 160,000 pixels or more', () => {
    expect(chopPieces(780, 780)).toHaveLength(16);
    expect(chopPieces(778, 780)).toHaveLength(4);
  });

  it('uses every pixel of a large picture exactly once', () => {
    const [width, height] = [1501, 1203];
    const used = new Uint8Array(width * height);
    for (const { keep } of chopPieces(width, height)) {
      for (let y = keep.top; y < keep.top + keep.height; y++)
        for (let x = keep.left; x < keep.left + keep.width; x++) used[y * width + x]! += 1;
    }
    expect(used.every((count) => count === 1)).toBe(true);
  });

  it('leaves pictures whole that the original fails on', () => {
    expect(chopPieces(18, 300)).toHaveLength(1);
    expect(chopPieces(19, 19)).toHaveLength(4);
  });
});

describe('the ensemble', () => {
  it('shows the network all eight orientations and turns the results back', async () => {
    const seen = new Set<string>();
    const watching: Forward = (input) => {
      seen.add(`${input.dims.slice(2)}: ${input.data.slice(0, 3)}`);
      return repeatTwice(input);
    };
    const image = texture(5, 3);
    expect(await upscale(toyUpscaler(watching), image, { ensemble: true })).toEqual(repeated(image));
    expect(seen.size).toBe(8);
  });

  it('averages: what depends on the orientation cancels out', async () => {
    // Brightens the upper left pixel of what it sees, which in the picture is each corner twice.
    const biased: Forward = async (input) => {
      const { data, dims } = await repeatTwice({ ...input, data: input.data.map(() => 100) });
      data[0] = 140;
      return { data, dims };
    };
    const { data, width } = await upscale(toyUpscaler(biased), texture(4, 4), { ensemble: true });
    const at = (x: number, y: number) => data[3 * (y * width + x)];
    expect([at(0, 0), at(7, 0), at(0, 7), at(7, 7), at(1, 0)]).toEqual([110, 110, 110, 110, 100]);
  });
});

describe('progress and abort', () => {
  it('does not wait for a tile that is under way', async () => {
    const controller = new AbortController();
    const forever: Forward = () => {
      queueMicrotask(() => controller.abort(new Error('enough')));
      return new Promise(() => {});
    };
    const stopped = upscale(toyUpscaler(forever), texture(4, 4), { signal: controller.signal });
    await expect(stopped).rejects.toThrow('enough');
  });

  it.each([
    { tile: 'off' },
    { tile: 'chop' },
    { tile: 48 },
    { tile: 48, ensemble: true },
    { tile: 'chop', ensemble: true },
  ] as const)('is complete at the end: %o', async (way) => {
    const shares: number[] = [];
    await upscale(toyUpscaler(), texture(100, 60), {
      ...way,
      onProgress: ({ done, total }) => shares.push(done / total),
    });
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it('stops after the tile under way', async () => {
    const controller = new AbortController();
    let runs = 0;
    const forward: Forward = (input) => {
      if (++runs === 2) controller.abort(new Error('enough'));
      return repeatTwice(input);
    };
    await expect(
      upscale(toyUpscaler(forward), texture(300, 300), { tile: 48, signal: controller.signal }),
    ).rejects.toThrow('enough');
    expect(runs).toBe(2);
  });
});

it('refuses a picture whose samples do not fit its size', async () => {
  await expect(upscale(toyUpscaler(), { ...texture(4, 4), width: 5 }, {})).rejects.toThrow(
    'image: expected 60 samples for 5×4×3, found 48',
  );
});

it('refuses a result that is no number, instead of drawing it black', async () => {
  const broken: Forward = async (input) => {
    const { data, dims } = await repeatTwice(input);
    return { data: data.fill(Number.NaN, 5, 6), dims };
  };
  await expect(upscale(toyUpscaler(broken), texture(4, 4), {})).rejects.toThrow('the network gave NaN');
});

it('names the sample of a picture that is no number', async () => {
  const { data, ...rest } = texture(4, 4);
  const image = { ...rest, data: Float32Array.from(data).fill(Number.NaN, 19, 20) };
  const refused = upscale(toyUpscaler(), image, {});
  await expect(refused).rejects.toThrow(
    'image: expected finite samples, found NaN in column 2 of row 1, from 0',
  );
  await expect(refused).rejects.not.toThrow(NotANumberError);
});

describe('a picture as a tensor', () => {
  it('comes back as it was', () => {
    for (const valueRange of [255, 1]) {
      const image = texture(5, 3);
      const values = toTensor(image, { valueRange });
      expect(values.dims).toEqual([1, 3, 3, 5]);
      expect(values.data[1]).toBeCloseTo((valueRange * image.data[3]!) / 255, 5);
      expect(toImage(values, { valueRange })).toEqual(image);
    }
  });

  it('of another shape is refused', () => {
    const tensor = { data: new Float32Array(4), dims: [1, 1, 2, 2] };
    expect(() => toImage(tensor, { valueRange: 1 })).toThrow(
      /^expected a tensor \[1, 3, H, W\] .* found \[1, 1, 2, 2\]/,
    );
  });
});
