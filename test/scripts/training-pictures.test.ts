/** The training set of the shipped models: its rules, its list and the page about it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  bicubicPsnr,
  blockEdges,
  fingerprint,
  isSame,
  prepare,
  SOFT,
} from '../../scripts/training-pictures/assess.mjs';
import { page } from '../../scripts/training-pictures/page.mjs';
import { greyToRgb } from '../../src/image/colour.ts';
import { crop } from '../../src/image/crop.ts';
import type { Image } from '../../src/image/image.ts';
import { imresize } from '../../src/image/imresize.ts';
import { decodePicture } from '../../src/node/picture.ts';
import { seededRandom } from '../../src/random.ts';

type Bytes = Image<Uint8Array>;

/** Noise at every size down to `finest` pixels, one upon the other, that falls on no grid of 8. */
function texture(seed: number, side: number, finest = 1): Bytes {
  const random = seededRandom(seed);
  const sum = new Float64Array(side * side * 3);
  for (let cells = 5; cells <= side / finest; cells = 2 * cells + 1) {
    const length = cells * cells * 3;
    const data = Float64Array.from({ length }, () => random.uniform() - 0.5);
    const layer = imresize({ width: cells, height: cells, channels: 3, data }, { width: side, height: side });
    layer.data.forEach((value, i) => {
      sum[i]! += 80 * value;
    });
  }
  const data = new Uint8Array(Uint8ClampedArray.from(sum, (value) => 128 + value).buffer);
  return { width: side, height: side, channels: 3, data };
}

/** A result in few words, so that a test that fails says something short. */
function inShort(result: ReturnType<typeof prepare>) {
  if ('reason' in result) return result;
  const { width, height, channels, data } = result.image;
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { reduced: result.reduced, width, height, channels, sha256 };
}

const png = (image: Bytes) => ({ image, format: 'png' as const, metadata: {}, notes: [] });

async function throughJpeg({ width, height, data }: Bytes, quality: number) {
  const raw = { width, height, channels: 3 as const };
  return decodePicture(await sharp(data, { raw }).jpeg({ quality }).toBuffer());
}

describe('a picture', () => {
  const sharpPicture = texture(1, 512);
  const softPicture = texture(1, 1024, 4);

  it('stays as it is where it is lossless, large and has detail', () => {
    expect(bicubicPsnr(sharpPicture)).toBeLessThan(SOFT);
    expect(inShort(prepare(png(sharpPicture)))).toEqual(inShort({ image: sharpPicture, reduced: 1 }));
  });

  it('is reduced by 2 where the format is lossy', async () => {
    const picture = await throughJpeg(sharpPicture, 90);
    const half = imresize(picture.image as Bytes, 0.5);
    expect(inShort(prepare(picture))).toEqual(inShort({ image: half, reduced: 2 }));
  });

  it('is reduced by 2 where it was JPEG once', async () => {
    const { image } = (await throughJpeg(sharpPicture, 40)) as { image: Bytes };
    expect(blockEdges(sharpPicture)).toBeCloseTo(1, 1);
    expect(inShort(prepare(png(image)))).toMatchObject({ reduced: 2 });
    expect(blockEdges(imresize(image, 0.5))).toBeLessThan(blockEdges(image));
  });

  it('is reduced by 2 while it is soft and large', () => {
    expect(bicubicPsnr(softPicture)).toBeGreaterThan(SOFT);
    expect(inShort(prepare(png(softPicture)))).toMatchObject({ reduced: 2, width: 512, height: 512 });
  });

  it('becomes RGB of 8 bits', () => {
    const { width, height, data } = sharpPicture;
    const grey: Bytes = { width, height, channels: 1, data: data.filter((_, i) => i % 3 === 0) };
    const deep = { ...grey, data: Uint16Array.from(grey.data, (value) => value * 257) };
    const expected = inShort({ image: greyToRgb(grey), reduced: 1 });
    expect(inShort(prepare(png(grey)))).toEqual(expected);
    expect(inShort(prepare({ ...png(grey), image: deep }))).toEqual(expected);
  });

  it.each([
    ['is almost flat', texture(1, 512, 64)],
    [
      'has fewer than 256 pixels on one side',
      crop(sharpPicture, { left: 0, top: 0, width: 255, height: 512 }),
    ],
    ['has an alpha channel', { width: 512, height: 512, channels: 4, data: new Uint8Array(4 * 512 * 512) }],
  ] as const)('is left out where it %s', (reason, image) => {
    expect(inShort(prepare(png(image)))).toEqual({ reason });
  });
});

describe('fingerprints', () => {
  const picture = texture(2, 512);

  it('are the same for a picture resized, recompressed or made grey', async () => {
    const bits = fingerprint(picture);
    const { width, height, data } = picture;
    const luma = await sharp(data, { raw: { width, height, channels: 3 } })
      .greyscale()
      .png()
      .toBuffer();
    const jpeg = await throughJpeg(imresize(picture, 0.3), 50);
    for (const other of [jpeg, await decodePicture(luma)]) {
      expect(isSame(bits, fingerprint(other.image))).toBe(true);
    }
  });

  it('differ between pictures', () => {
    expect(isSame(fingerprint(picture), fingerprint(texture(3, 512)))).toBe(false);
  });
});

describe('the list', () => {
  const { sources, licences } = JSON.parse(readFileSync('scripts/training-pictures/sources.json', 'utf8'));
  const [head = '', ...lines] = readFileSync('docs/training-pictures.csv', 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    const row = Object.fromEntries(head.split(',').map((column, i) => [column, cells[i] ?? '']));
    return { ...row, width: Number(row.width), height: Number(row.height) } as Record<string, string> & {
      width: number;
      height: number;
    };
  });

  it('names a source, a licence, an address and a checksum for every picture', () => {
    const ids = sources.map(({ id }: { id: string }) => id);
    for (const row of rows) {
      expect(ids).toContain(row.source);
      expect(Object.keys(licences)).toContain(row.licence);
      expect(row.url).toMatch(/^https:\/\//);
      expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('has no picture twice, and holds 20 out', () => {
    for (const column of ['file', 'sha256']) {
      expect(new Set(rows.map((row) => row[column])).size).toBe(rows.length);
    }
    expect(rows.filter(({ set }) => set === 'validation').length).toBe(20);
  });

  it('is what docs/training-pictures.md sums up', () => {
    expect(readFileSync('docs/training-pictures.md', 'utf8')).toBe(page(sources, licences, rows as never));
  });
});
