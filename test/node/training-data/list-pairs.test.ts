import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import {
  listTrainingPairs,
  listValidationPairs,
  type PicturePair,
  type TestSource,
} from '../../../src/node/training-data/list-pairs.ts';
import { temporaryFolder } from '../../cli/run.ts';

const BI = { scale: 2, degradation: 'BI' } as const;

/** A folder with empty files: listing does not look into them. */
function folderWith(...files: string[]): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

/** The pairs with paths relative to the folder. */
async function list(
  root: string,
  source: TestSource,
  options: { scale: number; degradation: 'BI' | 'BD' } = BI,
) {
  const short = (path?: string) => path?.slice(root.length + 1).replaceAll('\\', '/');
  const pairs: PicturePair[] = await listValidationPairs(source, options);
  return pairs.map(({ name, hr, lr }) => [name, short(hr), short(lr)]);
}

function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(4, '0'));
}

describe('folders', () => {
  const root = folderWith(
    'hr/b.png',
    'hr/a.jpg',
    'hr/notes.txt',
    'hr/.cache/c.png',
    'lr/ax2.png',
    'lr/b_x2.png',
  );

  it('are paired by name and sorted', async () => {
    const source = { kind: 'folders', hr: join(root, 'hr'), lr: join(root, 'lr') } as const;
    expect(await list(root, source)).toEqual([
      ['a', 'hr/a.jpg', 'lr/ax2.png'],
      ['b', 'hr/b.png', 'lr/b_x2.png'],
    ]);
  });

  it('need no LR', async () => {
    expect(await list(root, { kind: 'folders', hr: join(root, 'hr') })).toEqual([
      ['a', 'hr/a.jpg', undefined],
      ['b', 'hr/b.png', undefined],
    ]);
  });

  it('give pictures that share a name the names of their files', async () => {
    const same = folderWith('a.png', 'a.jpg', 'b.png');
    expect((await list(same, { kind: 'folders', hr: same })).map(([name]) => name)).toEqual([
      'a.jpg',
      'a.png',
      'b',
    ]);
  });

  const expectRefused = async (hr: string, lr: string | undefined, message: string | RegExp) => {
    const refused = listTrainingPairs({ kind: 'folders', hr, ...(lr && { lr }) }, BI);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  };

  it('that are missing, no folders or empty are named', async () => {
    const empty = folderWith('hr/notes.txt', 'empty/x.txt');
    await expectRefused(join(root, 'hR2'), undefined, /hR2: no such file or folder; did you mean .*hr\?$/);
    await expectRefused(join(root, 'hr/a.jpg'), undefined, 'a.jpg: expected a folder, found a file');
    await expectRefused(join(empty, 'hr'), undefined, /hr: no pictures \(png, .*\) in this folder$/);
    await expectRefused(join(root, 'hr'), join(empty, 'empty'), /empty: no pictures/);
  });

  it('name an HR without LR, and an LR without HR', async () => {
    const one = folderWith('lr/b_x2.png');
    await expectRefused(join(root, 'hr'), join(one, 'lr'), /a\.jpg \(HR\): no LR file is left with its name/);
    await expectRefused(
      join(one, 'lr'),
      join(root, 'lr'),
      /ax2\.png \(LR\): no HR file is left with its name/,
    );
  });
});

describe('DIV2K', () => {
  const files = numbers(1, 7).flatMap((name) => [
    `DIV2K/DIV2K_train_HR/${name}.png`,
    `DIV2K/DIV2K_train_LR_bicubic/X2/${name}x2.png`,
  ]);
  const root = folderWith(...files);
  const numbered = (first: number, last: number, from = root) =>
    ({ kind: 'div2k', root: from, first, last }) as const;

  it('is read by number, with the LR of the scale where it is there', async () => {
    const pair = (n: number, lr: boolean) => [
      `000${n}`,
      `DIV2K/DIV2K_train_HR/000${n}.png`,
      lr ? `DIV2K/DIV2K_train_LR_bicubic/X2/000${n}x2.png` : undefined,
    ];
    expect(await list(root, numbered(1, 2))).toEqual([pair(1, true), pair(2, true)]);
    expect(await list(root, numbered(6, 7))).toEqual([pair(6, true), pair(7, true)]);
    expect(await list(root, numbered(3, 3), { scale: 3, degradation: 'BI' })).toEqual([pair(3, false)]);
    expect(await list(root, numbered(3, 3), { scale: 2, degradation: 'BD' })).toEqual([pair(3, false)]);
  });

  it('names a picture that is missing, and how many there are', async () => {
    await expect(list(root, numbered(6, 9))).rejects.toThrow(
      /DIV2K_train_HR.0008\.png: no such file; 0006\.png to 0009\.png are asked for, and 7 pictures are there$/,
    );
  });

  it('names an HR without LR', async () => {
    const lacking = folderWith(...files.filter((file) => !file.includes('0003x2')));
    await expect(list(lacking, numbered(1, 7, lacking))).rejects.toThrow(
      /0003\.png \(HR\): no LR file is left/,
    );
    expect(await list(lacking, numbered(4, 7, lacking))).toHaveLength(4);
  });

  it('finds validation pictures in their own folder, as they are published', async () => {
    const published = folderWith(
      ...files,
      'DIV2K/DIV2K_valid_HR/0008.png',
      'DIV2K/DIV2K_valid_HR/0007.png',
      'DIV2K/DIV2K_valid_LR_bicubic/X2/0008x2.png',
    );
    expect((await list(published, numbered(7, 8, published))).map(([, hr, lr]) => [hr, lr])).toEqual([
      ['DIV2K/DIV2K_train_HR/0007.png', 'DIV2K/DIV2K_train_LR_bicubic/X2/0007x2.png'],
      ['DIV2K/DIV2K_valid_HR/0008.png', 'DIV2K/DIV2K_valid_LR_bicubic/X2/0008x2.png'],
    ]);
  });

  it('names the folder that is missing', async () => {
    await expect(list(root, numbered(1, 2, join(root, 'none')))).rejects.toThrow(
      /DIV2K_train_HR: no such file or folder/,
    );
  });
});

describe('a benchmark', () => {
  it('is paired by name where sorting would swap', async () => {
    const root = folderWith(
      ...['img_1', 'img_10'].flatMap((name) => [
        `benchmark/Urban100/HR/${name}.png`,
        `benchmark/Urban100/LR_bicubic/X2/${name}x2.png`,
      ]),
    );
    const source = { kind: 'benchmark', root, set: 'Urban100' } as const;
    expect((await list(root, source)).map(([name, , lr]) => [name, lr])).toEqual([
      ['img_1', 'benchmark/Urban100/LR_bicubic/X2/img_1x2.png'],
      ['img_10', 'benchmark/Urban100/LR_bicubic/X2/img_10x2.png'],
    ]);
    expect((await list(root, source, { scale: 3, degradation: 'BI' })).map(([, , lr]) => lr)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('pictures to test with', () => {
  it.each([
    ['LR/LRBI', 'beside the folder above, as sisr prepare writes it'],
    ['LRBI', 'beside it'],
  ])('find HR of %s %s', async (testpath) => {
    const root = folderWith(
      `${testpath}/Set5/x2/baby_LRBI_x2.png`,
      `${testpath}/Set5/x2/own_LRBI_x2.png`,
      'HR/Set5/x2/baby_HR_x2.png',
      'HR/Set5/x2/bird_HR_x2.png',
    );
    const source = { kind: 'testpath', testpath: join(root, testpath), set: 'Set5' } as const;
    expect(await list(root, source)).toEqual([
      ['baby', 'HR/Set5/x2/baby_HR_x2.png', `${testpath}/Set5/x2/baby_LRBI_x2.png`],
      ['own', undefined, `${testpath}/Set5/x2/own_LRBI_x2.png`],
    ]);
  });

  it('may have no HR', async () => {
    const root = folderWith('LR/Set5/x2/baby.png', 'demo/b.jpg', 'demo/a.png', 'demo/readme.txt');
    expect(await list(root, { kind: 'testpath', testpath: join(root, 'LR'), set: 'Set5' })).toEqual([
      ['baby', undefined, 'LR/Set5/x2/baby.png'],
    ]);
    expect(await list(root, { kind: 'demo', folder: join(root, 'demo') })).toEqual([
      ['a', undefined, 'demo/a.png'],
      ['b', undefined, 'demo/b.jpg'],
    ]);
  });
});
