import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { decodePicture, readPicture } from '../../src/node/picture.ts';
import {
  checkFits,
  type EncodeOptions,
  encodePicture,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../../src/node/write-picture.ts';
import { temporaryFolder } from '../cli/run.ts';

type Channels = 1 | 2 | 3 | 4;

function ramp(channels: Channels, deep: boolean, width = 7, height = 5) {
  const length = width * height * channels;
  const data = deep
    ? Uint16Array.from({ length }, (_, i) => (i * 2711 + 5) % 65536)
    : Uint8Array.from({ length }, (_, i) => (i * 37 + 5) % 256);
  return { width, height, channels, data };
}

/** A JPEG with everything that has to survive: a Display P3 profile, EXIF, and an orientation. */
function taggedJpeg() {
  return sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
    .withIccProfile('p3')
    .withExif({ IFD0: { Copyright: 'someone', Make: 'a camera' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

describe.each([1, 2, 3, 4] as const)('pictures of %i channels', (channels) => {
  it.each([false, true])('keep every sample through PNG and TIFF (16 bits: %s)', async (deep) => {
    const image = ramp(channels, deep);
    for (const format of ['png', 'tiff'] as const) {
      const { bytes, notes } = await encodePicture(image, { format });
      const read = await decodePicture(bytes);
      expect(notes).toEqual([]);
      expect(read.image).toEqual(image);
    }
  });

  it('keep every sample when metadata is put beside them', async () => {
    const { metadata } = await decodePicture(await taggedJpeg());
    for (const deep of [false, true]) {
      const image = ramp(channels, deep);
      const { exif, density } = metadata;
      const { bytes } = await encodePicture(image, {
        format: 'png',
        metadata: { ...(exif && { exif }), ...(density && { density }) },
      });
      expect((await decodePicture(bytes)).image).toEqual(image);
    }
  });
});

describe('encodePicture', () => {
  const image = ramp(3, false);

  it('takes the names that reading gives', async () => {
    for (const format of ['png', 'jpg', 'webp', 'tiff', 'avif'] as const) {
      const read = await decodePicture((await encodePicture(image, { format })).bytes);
      const again = await decodePicture((await encodePicture(image, { format: read.format })).bytes);
      expect(again.format).toBe(read.format);
    }
  });

  it.each<[string, Partial<EncodeOptions>, object, RegExp]>([
    [
      'a format that is not written',
      { format: 'bmp' },
      {},
      /^format: expected png, jpg, webp, tiff, avif, found bmp$/,
    ],
    ['no format', { format: undefined as unknown as 'png' }, {}, /^format: .* found undefined$/],
    ['a quality of 101', { quality: 101 }, {}, /^quality: expected a whole number from 1 to 100, found 101$/],
    ['a quality of no number', { quality: Number.NaN }, {}, /^quality: .* found NaN$/],
    [
      'too few samples',
      {},
      { data: new Uint8Array(3) },
      /^picture: expected 105 samples for 7×5×3, found 3$/,
    ],
    [
      'samples of 32 bits',
      {},
      { data: new Int32Array(105) },
      /^picture: expected samples as .* found Int32Array$/,
    ],
  ])('refuses %s', async (_, options, part, message) => {
    const refused = encodePicture({ ...image, ...part }, { format: 'jpg', ...options });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe('what is no picture', () => {
  const expectRefused = async (refused: Promise<unknown>, message: RegExp) => {
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  };

  it('is refused: no bytes, and the name of a file instead of its bytes', async () => {
    await expectRefused(
      decodePicture(new Uint8Array()),
      /^expected the bytes of a picture, found none: it is empty$/,
    );
    const name = 'examples/cat.png' as unknown as Uint8Array;
    await expectRefused(decodePicture(name), /^expected the bytes of a picture as Uint8Array, found string$/);
  });

  it('is refused: no path', async () => {
    await expectRefused(readPicture(undefined as unknown as string), /^expected a file, .* found undefined$/);
    await expectRefused(
      readPicture(new URL('https://a.example/b.png')),
      /found https:\/\/a\.example\/b\.png$/,
    );
    expect((await readPicture(pathToFileURL('examples/cat.png'))).format).toBe('png');
  });
});

it('keeps every sample of 8 bits in lossless WebP', async () => {
  const image = ramp(3, false);
  const { bytes } = await encodePicture(image, { format: 'webp', quality: 100 });
  expect((await decodePicture(bytes)).image).toEqual(image);
});

it('keeps the profile and EXIF in every format, applies the orientation and resets its tag', async () => {
  const read = await decodePicture(await taggedJpeg());
  expect([read.image.width, read.image.height]).toEqual([4, 8]);
  for (const format of OUTPUT_FORMATS) {
    const { bytes, notes } = await encodePicture(read.image, { format, metadata: read.metadata });
    const written = await sharp(bytes).metadata();
    expect(written.icc?.equals(read.metadata.icc as Buffer), format).toBe(true);
    expect(written.exif !== undefined, format).toBe(format !== 'tiff');
    expect(notes, format).toEqual(format === 'tiff' ? ['EXIF is not written to tiff'] : []);
    expect(written.exif?.includes('someone') ?? true, format).toBe(true);
    expect([1, undefined], format).toContain(written.orientation);
  }
});

it('does not convert colours to sRGB: the values stay and the profile says what they mean', async () => {
  const jpeg = await taggedJpeg();
  const stored = await sharp(jpeg, { ignoreIcc: true }).raw().toBuffer();
  const { image } = await decodePicture(jpeg);
  expect([...image.data.slice(0, 3)]).toEqual([...stored.subarray(0, 3)]);
});

it('converts CMYK to sRGB and drops its profile', async () => {
  const cmyk = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'blue' } })
    .toColourspace('cmyk')
    .withIccProfile('cmyk')
    .jpeg()
    .toBuffer();
  const { image, metadata } = await decodePicture(cmyk);
  expect(image.channels).toBe(3);
  expect(metadata.icc).toBeUndefined();
});

it('rounds 16 bits for a format that holds 8, and says so', async () => {
  const image = { width: 2, height: 1, channels: 1 as const, data: Uint16Array.of(1234, 65535) };
  const { bytes, notes } = await encodePicture(image, { format: 'webp', quality: 100 });
  expect(notes).toEqual(['webp holds 8 bits: rounded from 16']);
  const { data } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  expect([...data]).toEqual([Math.round(1234 / 257), 255]);
});

it('says when only the first frame of an animation is read', async () => {
  const frame = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const frames = await sharp([frame, frame], { join: { animated: true } })
    .gif({ keepDuplicateFrames: true })
    .toBuffer();
  expect((await decodePicture(frames)).notes).toEqual(['only the first of 2 frames is read']);
});

it('is refused by formats that are too small for it, before the work', () => {
  const size = { width: 16384, height: 8 };
  expect(() => checkFits(size, 'webp')).toThrow(
    'webp holds 16383 pixels a side, found 16384×8: expected png',
  );
  for (const format of ['png', 'jpg', 'avif', 'tiff'] as const)
    expect(() => checkFits(size, format)).not.toThrow();
});

describe('BMP', () => {
  /** 24 bits, 2×2, rows from the bottom, each padded to 4 bytes, blue first. */
  const bmp = Buffer.alloc(54 + 16);
  bmp.write('BM');
  for (const [at, value] of [
    [2, 70],
    [10, 54],
    [14, 40],
    [18, 2],
    [22, 2],
    [34, 16],
  ] as const) {
    bmp.writeUInt32LE(value, at);
  }
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  bmp.set([7, 8, 9, 10, 11, 12, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0], 54);

  it('is read as RGB from the top', async () => {
    const { image } = await decodePicture(bmp);
    expect(image).toEqual({
      width: 2,
      height: 2,
      channels: 3,
      data: Uint8Array.of(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10),
    });
  });

  /** A BMP with a palette, rows from the bottom. */
  function indexed(bits: number, width: number, palette: number[][], rows: number[][]): Buffer {
    const start = 54 + 4 * palette.length;
    const file = Buffer.alloc(start + 4 * rows.length);
    file.write('BM');
    for (const [at, value] of [
      [10, start],
      [14, 40],
      [18, width],
      [22, rows.length],
      [46, palette.length],
    ] as const) {
      file.writeUInt32LE(value, at);
    }
    file.writeUInt16LE(bits, 28);
    for (const [i, [red = 0, green = 0, blue = 0]] of palette.entries())
      file.set([blue, green, red], 54 + 4 * i);
    for (const [i, row] of rows.entries()) file.set(row, start + 4 * i);
    return file;
  }

  it.each([
    ['1', 1, [[0b01000000], [0b10100000]]],
    [
      '4',
      4,
      [
        [0x01, 0x00],
        [0x10, 0x10],
      ],
    ],
    [
      '8',
      8,
      [
        [0, 1, 0],
        [1, 0, 1],
      ],
    ],
  ] as const)('of %s bits is read with the colours of its palette', async (_, bits, rows) => {
    const [a, b] = [
      [10, 20, 30],
      [200, 150, 100],
    ];
    const file = indexed(
      bits,
      3,
      [a, b],
      rows.map((row) => [...row]),
    );
    const { image } = await decodePicture(file);
    expect([image.width, image.height, image.channels]).toEqual([3, 2, 3]);
    expect([...image.data]).toEqual([b, a, b, a, b, a].flat());
    for (let length = 30; length < file.length; length++)
      await expect(decodePicture(file.subarray(0, length))).rejects.toThrow(InputError);
  });

  /** One row of pixels that hold their colours, 5 bytes after all headers. */
  function direct(bits: number, pixels: number[], { masks = [] as number[], headerBytes = 40 } = {}): Buffer {
    const start = 14 + Math.max(headerBytes, 40 + 4 * masks.length) + 5;
    const file = Buffer.alloc(start + 4 * Math.ceil((pixels.length * bits) / 32), 0xee);
    file.write('BM');
    const words = { 10: start, 14: headerBytes, 18: pixels.length, 22: 1, 30: masks.length > 0 ? 3 : 0 };
    for (const [at, value] of Object.entries(words)) file.writeUInt32LE(value, Number(at));
    file.writeUInt16LE(bits, 28);
    for (const [i, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + 4 * i);
    for (const [i, pixel] of pixels.entries()) file.writeUIntLE(pixel, start + (i * bits) / 8, bits / 8);
    return file;
  }

  const RGB565 = [0xf800, 0x7e0, 0x1f];
  const ABGR = [0xff, 0xff00, 0xff0000, 0xff000000];
  it.each([
    ['24 bits', direct(24, [0x010203, 0x040506]), [1, 2, 3, 4, 5, 6]],
    ['16 bits', direct(16, [0x7c00, 0x03ff, 0x0421]), [255, 0, 0, 0, 255, 255, 8, 8, 8]],
    [
      '16 bits, 565',
      direct(16, [0xf800, 0x07ff, 0x0821], { masks: RGB565 }),
      [255, 0, 0, 0, 255, 255, 8, 4, 8],
    ],
    ['32 bits', direct(32, [0x80010203, 0x00040506]), [1, 2, 3, 128, 4, 5, 6, 0]],
    ['32 bits, the fourth byte unused', direct(32, [0x010203]), [1, 2, 3]],
    ['32 bits, 888', direct(32, [0xff010203], { masks: ABGR.slice(0, 3) }), [3, 2, 1]],
    ['32 bits, 8888', direct(32, [0x80010203], { masks: ABGR, headerBytes: 108 }), [3, 2, 1, 128]],
  ])('of %s is read where its header says that the pixels are', async (_, file, expected) => {
    const { image } = await decodePicture(file);
    expect([...image.data]).toEqual(expected);
    expect(image.channels).toBe(expected.length / image.width);
    for (let length = 30; length < file.length - 3; length++)
      await expect(decodePicture(file.subarray(0, length))).rejects.toThrow(InputError);
  });

  it.each([
    [2, 'of 1, 4, 8, 16, 24 or 32 bits per pixel, found 2'],
    [64, 'of 1, 4, 8, 16, 24 or 32 bits per pixel, found 64'],
  ])('of %i bits is refused', async (bits, message) => {
    const file = Buffer.from(bmp);
    file.writeUInt16LE(bits, 28);
    await expect(decodePicture(file)).rejects.toThrow(message);
  });

  it('is refused where a mask is empty', async () => {
    const file = direct(16, [1], { masks: [0x7c00, 0, 0x1f] });
    await expect(decodePicture(file)).rejects.toThrow('damaged or incomplete (its masks)');
  });

  it('is refused where it is compressed, or names colours that it has not', async () => {
    const file = indexed(8, 3, [[1, 2, 3]], [[0, 0, 1]]);
    await expect(decodePicture(file)).rejects.toThrow(/its palette/);
    file.writeUInt32LE(1, 30);
    await expect(decodePicture(file)).rejects.toThrow(/expected a BMP without compression/);
  });

  it('is refused where it is cut, or claims too many pixels', async () => {
    for (let length = 30; length < 66; length++) {
      await expect(decodePicture(bmp.subarray(0, length))).rejects.toThrow(InputError);
    }
    const huge = Buffer.from(bmp);
    huge.writeUInt32LE(2 ** 20, 18);
    huge.writeUInt32LE(2 ** 20, 22);
    await expect(decodePicture(huge)).rejects.toThrow(/1048576×1048576 = 1099511627776 pixels; the limit is/);
  });
});

describe('files that are no pictures', () => {
  const folder = temporaryFolder();
  const write = (name: string, content: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('names the format of one that sharp could draw', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
    await expect(decodePicture(Buffer.from(svg))).rejects.toThrow(
      /^expected a picture \(png.*\), found svg$/,
    );
  });

  it('names a text file and what it holds', async () => {
    await expect(readPicture(write('text.png', 'hello, world'))).rejects.toThrow(
      /text\.png: expected a picture.*found text \("hello, world/,
    );
  });

  it('names an empty file, a folder and a missing file', async () => {
    await expect(readPicture(write('empty.png', ''))).rejects.toThrow(/empty\.png: the file is empty/);
    await expect(readPicture(folder)).rejects.toThrow(/expected a file, found a folder/);
    await expect(readPicture(join(folder, 'none.png'))).rejects.toThrow(/none\.png: no such file/);
  });

  it.each(['png', 'jpg', 'webp', 'tiff', 'avif'] as OutputFormat[])(
    'refuses a truncated %s',
    async (format) => {
      const { bytes } = await encodePicture(ramp(3, false, 64, 64), { format });
      const path = write(`half.${format}`, bytes.subarray(0, bytes.length / 2));
      await expect(readPicture(path)).rejects.toThrow(
        /half\.\w+: (the picture is damaged|expected a picture)/,
      );
    },
  );

  it('refuses an uncompressed TIFF of which half is missing, which would be black', async () => {
    const { data, ...raw } = ramp(3, false, 64, 64);
    const bytes = await sharp(data, { raw }).tiff({ compression: 'none' }).toBuffer();
    await expect(decodePicture(bytes)).resolves.toMatchObject({ format: 'tiff' });
    const missing = bytes.subarray(0, bytes.length - (64 * 64 * 3) / 2);
    await expect(decodePicture(missing)).rejects.toThrow(InputError);
  });

  it('refuses a PNG whose pixels have the wrong checksum', async () => {
    const { bytes } = await encodePicture(ramp(3, false, 64, 64), { format: 'png' });
    const wrong = bytes.slice();
    const end = Buffer.from(wrong).lastIndexOf('IEND') - 8;
    wrong[end]! ^= 1;
    await expect(decodePicture(wrong)).rejects.toThrow(/damaged/);
  });

  it('refuses more pixels than the limit before decoding them', async () => {
    const path = write('large.png', readFileSync('examples/cat.png'));
    await expect(readPicture(path, { limitPixels: 1000 })).rejects.toThrow(
      /451×300 = 135300 pixels; the limit is 1000/,
    );
  });
});

it('puts alpha on white for JPEG, with metadata too', async () => {
  const { metadata } = await decodePicture(await taggedJpeg());
  const image = { width: 8, height: 8, channels: 4 as const, data: new Uint8Array(256) };
  const { bytes, notes } = await encodePicture(image, { format: 'jpg', metadata });
  const read = await decodePicture(bytes);
  expect(notes).toEqual(['jpg has no alpha: put on white']);
  expect([...new Set(read.image.data)]).toEqual([255]);
  expect(read.metadata.exif).toBeDefined();
});

it('writes floating point as 8 bits', async () => {
  const image = { width: 3, height: 1, channels: 1 as const, data: Float32Array.of(-1, 0.5, 2) };
  const { bytes } = await encodePicture(image, { format: 'png' });
  expect([...(await decodePicture(bytes)).image.data]).toEqual([0, 128, 255]);
});
