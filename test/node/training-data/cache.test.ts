import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { TrainingDataOptions } from '../../../src/node/training-data/open.ts';
import { photo, save } from '../../cli/pictures.ts';
import { temporaryFolder } from '../../cli/run.ts';
import { batches, open, photographs, take } from './helpers.ts';

/** The pictures that were decoded, by their sizes in bytes. */
const decoded = vi.hoisted(() => [] as number[]);
vi.mock('../../../src/node/picture.ts', async (original) => {
  const real = await original<typeof import('../../../src/node/picture.ts')>();
  const decodePicture: typeof real.decodePicture = (bytes, options) => {
    decoded.push(bytes.length);
    return real.decodePicture(bytes, options);
  };
  return { ...real, decodePicture };
});

let pairs: Awaited<ReturnType<typeof photographs>>['pairs'];
let folder: string;
let cache: string;

beforeEach(async () => {
  ({ pairs, folder } = await photographs(3));
  cache = join(folder, '.sisr-cache');
});

/** How many pictures are decoded to open the data, whose first batches must be right. */
async function decodings(options: Partial<TrainingDataOptions> = {}): Promise<number> {
  const expected = await batches(pairs, { ...options, cache: 'off' });
  decoded.length = 0;
  expect(await batches(pairs, { cache: 'on', ...options })).toEqual(expected);
  return decoded.length;
}

function pixels(): string[] {
  return readdirSync(cache)
    .filter((name) => name.endsWith('.pixels'))
    .map((name) => join(cache, name));
}

/** Whether a file of the cache is LR that was made. */
function isMade(path: string): boolean {
  return basename(path).includes('-');
}

describe('the cache', () => {
  it('decodes every picture once, and keeps HR and LR as bytes', async () => {
    expect(await decodings()).toBe(3);
    expect(await decodings()).toBe(0);
    const sizes = pixels().map((path) => statSync(path).size - 20);
    const hr = [0, 1, 2].map((i) => (24 + 5 * i) * (20 + 3 * i) * 3);
    const lr = [0, 1, 2].map((i) => Math.floor(12 + 2.5 * i) * Math.floor(10 + 1.5 * i) * 3);
    expect(sizes.sort((a, b) => a - b)).toEqual([...hr, ...lr].sort((a, b) => a - b));
  });

  it('keeps LR of every scale, degradation and border apart, and HR once', async () => {
    expect(await decodings()).toBe(3);
    for (const options of [
      { scale: 3 },
      { degradation: 'BD' },
      { border: 'replicate' },
      { degradation: 'DN' },
    ] as const)
      expect(await decodings(options)).toBe(0);
    expect(pixels()).toHaveLength(3 + 4 * 3);
  });

  it('keeps given LR files too', async () => {
    const lr = await save(join(folder, 'lr', 'a.png'), photo(12, 10));
    pairs = [{ ...pairs[0]!, lr }];
    expect(await decodings()).toBe(2);
    expect(await decodings()).toBe(0);
  });

  it('notices a picture that was changed', async () => {
    await decodings();
    await save(pairs[1]!.hr, photo(33, 31));
    expect(await decodings()).toBe(1);
    // The same size and another time: the file is read, and found to be the same.
    utimesSync(pairs[1]!.hr, 1e9, 1e9);
    expect(await decodings()).toBe(0);
  });

  it('knows a picture that was renamed', async () => {
    await decodings();
    writeFileSync(join(folder, 'new.png'), readFileSync(pairs[0]!.hr));
    pairs = [{ name: 'new', hr: join(folder, 'new.png') }];
    expect(await decodings()).toBe(0);
  });

  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, statSync(path).size - 1)],
    ['longer', (path) => writeFileSync(path, 'x', { flag: 'a' })],
    ['empty', (path) => truncateSync(path, 0)],
    ['of another version', (path) => writeFileSync(path, 'sisrpx00', { flag: 'r+' })],
    ['missing', (path) => rmSync(path)],
  ])('makes files anew that are %s', async (_, damage) => {
    await decodings();
    const [hr] = pixels().filter((path) => !isMade(path));
    damage(hr!);
    expect(await decodings()).toBe(1);
    const [lr] = pixels().filter(isMade);
    damage(lr!);
    expect(await decodings()).toBe(0);
    expect(await decodings()).toBe(0);
  });

  it.each(['', 'nonsense', '[]', '{"a":1}', '{"a":{"size":1,"mtimeMs":1,"hash":"../../x"}}'])(
    'does without its list of files where that is damaged: %s',
    async (text) => {
      await decodings();
      writeFileSync(join(cache, 'files.json'), text);
      expect(await decodings()).toBe(0);
      expect(Object.keys(JSON.parse(readFileSync(join(cache, 'files.json'), 'utf8')))).toHaveLength(3);
    },
  );

  it('makes everything anew on request', async () => {
    await decodings();
    const lr = pixels().find(isMade)!;
    writeFileSync(lr, Buffer.alloc(statSync(lr).size - 20, 1), { flag: 'r+' });
    expect(await decodings({ cache: 'rebuild' })).toBe(3);
    expect(await decodings()).toBe(0);
  });

  it('serves several that fill it at the same time', async () => {
    const expected = await batches(pairs);
    const all = await Promise.all(Array.from({ length: 5 }, () => batches(pairs, { cache: 'on' })));
    for (const found of all) expect(found).toEqual(expected);
    expect(readdirSync(cache).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is marked as a cache for backup programs', async () => {
    await decodings();
    expect(readFileSync(join(cache, 'CACHEDIR.TAG'), 'latin1')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
  });

  it('is not there where pictures are kept in memory', async () => {
    await batches(pairs, { cache: 'off' });
    expect(readdirSync(folder)).not.toContain('.sisr-cache');
  });
});

describe('the place of the cache', () => {
  let home: string;
  beforeEach(() => {
    home = temporaryFolder();
    for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(name, home);
  });
  afterEach(() => vi.unstubAllEnvs());

  const notes = async (options: Partial<TrainingDataOptions> = {}) => {
    const data = await open(pairs, { cache: 'on', ...options });
    await data.close();
    return data.notes;
  };

  it('is among the HR pictures, and said', async () => {
    expect(await notes()).toEqual([`decoded pictures are kept in ${cache}`]);
  });

  it('is the one that is asked for', async () => {
    const own = join(home, 'a', 'b');
    expect(await notes({ cacheFolder: own })).toEqual([`decoded pictures are kept in ${own}`]);
    expect(readdirSync(own)).toContain('files.json');
    expect(readdirSync(folder)).not.toContain('.sisr-cache');
  });

  it.runIf(process.platform === 'linux')(
    'is the system’s where that cannot be written, and why',
    async () => {
      writeFileSync(cache, 'in the way');
      const [note] = await notes();
      expect(note).toMatch(
        `decoded pictures are kept in ${join(home, 'sisr')} (${cache} cannot be written: `,
      );
      expect(await decodings()).toBe(0);
    },
  );

  it('must be somewhere', async () => {
    const taken = join(home, 'file');
    writeFileSync(taken, '');
    await expect(notes({ cacheFolder: taken })).rejects.toThrow(InputError);
    await expect(notes({ cacheFolder: taken })).rejects.toThrow(`cache: ${taken} cannot be written`);
  });
});

describe.each([0, 2])('while training with %i workers', (workers) => {
  it.each<[string, (path: string) => void]>([
    ['disappears', (path) => rmSync(path)],
    ['is damaged', (path) => truncateSync(path, 30)],
  ])('a batch fails clearly where a file of the cache %s', async (_, damage) => {
    const data = await open(pairs, { cache: 'on', workers });
    try {
      await take(data, [0]);
      for (const path of pixels()) damage(path);
      const failed = data.batch(100);
      await expect(failed).rejects.toThrow(InputError);
      await expect(failed).rejects.toThrow(
        /\.pixels: the pixels of a training picture were here and cannot be/,
      );
    } finally {
      await data.close();
    }
    expect(await decodings()).toBe(3);
  });
});

it('does not need the picture files while training', async () => {
  const expected = await batches(pairs);
  const data = await open(pairs, { cache: 'on' });
  for (const { hr } of pairs) rmSync(hr);
  expect(await take(data, [0, 1, 2])).toEqual(expected);
  await data.close();
});
