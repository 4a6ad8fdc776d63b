import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { greyToRgb } from '../../src/image/colour.ts';
import { modcrop } from '../../src/image/crop.ts';
import { degrade } from '../../src/image/degrade.ts';
import { noise, picture } from '../image/helpers.ts';
import { describeShared, shared } from '../shared.ts';
import { deepPhoto, load, photo, save } from './pictures.ts';
import { runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const PHOTO = photo(65, 49);
const at = (path: string) => join(folder, path);
const prepare = (...args: string[]) => runCli(['prepare', ...args], { cwd: folder });

function tree(path: string): string[] {
  return (readdirSync(at(path), { recursive: true }) as string[])
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

beforeAll(async () => {
  await save(at('Set/photo.png'), PHOTO);
  await save(at('Set/deep_HR_x2.tif'), deepPhoto());
  await save(at('Set/my grey.webp'), photo());
  await save(at('Set/grey.png'), picture(33, 30, 1, noise(new Uint8Array(990))));
});

describe('sisr prepare', () => {
  it('makes the original test layout', async () => {
    const { status, stdout, stderr } = prepare('--hr', 'Set', '-o', 'rcan', '--scale', '2,3');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('4 of 4 pictures at ×2, ×3: BI with a symmetric border, in rcan\n');
    expect(tree('rcan')).toHaveLength(16);
    expect(tree('rcan')).toContain('HR/Set/x2/deep_HR_x2.png');
    expect(tree('rcan')).toContain('LR/LRBI/Set/x3/my grey_LRBI_x3.png');
    expect(await load(at('rcan/HR/Set/x3/photo_HR_x3.png'))).toEqual(modcrop(PHOTO, 3));
    const lr = await load(at('rcan/LR/LRBI/Set/x2/photo_LRBI_x2.png'));
    expect(lr).toEqual(degrade(PHOTO, { degradation: 'BI', scale: 2 }));
  });

  it('keeps 16 bits and makes RGB of grey', async () => {
    prepare('--hr', 'Set', '-o', 'flat', '--scale', '2', '--layout', 'flat', '--border', 'replicate');
    expect(tree('flat')).toContain('LR/x2/deep.png');
    const options = { degradation: 'BI', scale: 2, border: 'replicate' } as const;
    expect(await load(at('flat/LR/x2/deep.png'))).toEqual(
      degrade(await load(at('Set/deep_HR_x2.tif')), options),
    );
    const grey = await load(at('Set/grey.png'));
    expect(grey.channels).toBe(1);
    expect(await load(at('flat/LR/x2/grey.png'))).toEqual(degrade(greyToRgb(grey), options));
  });

  it('adds LR to a DIV2K folder and leaves its HR as it is', async () => {
    await save(at('div/DIV2K_train_HR/0001.png'), photo(60, 48));
    const before = readFileSync(at('div/DIV2K_train_HR/0001.png'));
    const { status } = prepare(
      '--hr',
      'div/DIV2K_train_HR',
      '-o',
      'div',
      '-s',
      '2,3',
      '--layout',
      'div2k',
      '--overwrite',
    );
    expect(status).toBe(0);
    expect(tree('div')).toEqual([
      'DIV2K_train_HR/0001.png',
      'DIV2K_train_LR_bicubic/X2/0001x2.png',
      'DIV2K_train_LR_bicubic/X3/0001x3.png',
    ]);
    expect(readFileSync(at('div/DIV2K_train_HR/0001.png'))).toEqual(before);
  });

  it('never writes over an original, even with --overwrite', async () => {
    await save(at('self/HR/x2/a.png'), photo(65, 49));
    await save(at('self/HR/x2/a_HR.png'), photo(65, 49));
    const { status, stderr } = prepare(
      '--hr',
      'self/HR/x2',
      '-o',
      'self',
      '-s',
      '2',
      '--layout',
      'flat',
      '--overwrite',
    );
    expect(status).toBe(2);
    expect(stderr).toContain('belongs to');
    expect(tree('self')).toEqual(['HR/x2/a.png', 'HR/x2/a_HR.png']);
  });

  it('makes BD and seeded DN', async () => {
    prepare('--hr', 'Set/photo.png', '-o', 'bd', '-s', '3', '-d', 'BD');
    const bd = await load(at('bd/LR/LRBD/Set/x3/photo_LRBD_x3.png'));
    expect(bd).toEqual(degrade(PHOTO, { degradation: 'BD', scale: 3 }));
    for (const seed of [1, 2])
      prepare('--hr', 'Set/photo.png', '-o', `dn${seed}`, '-s', '3', '-d', 'DN', '--seed', `${seed}`);
    const dn = 'LR/LRDN/Set/x3/photo_LRDN_x3.png';
    expect(await load(at(`dn1/${dn}`))).not.toEqual(await load(at(`dn2/${dn}`)));
  });

  it('refuses to overwrite before it makes anything', () => {
    const args = ['--hr', 'Set/photo.png', '-o', 'kept', '--layout', 'flat'];
    expect(prepare(...args, '-s', '2').status).toBe(0);
    const again = prepare(...args, '-s', '2,4');
    expect(again.status).toBe(1);
    expect(again.stderr).toMatch(
      /2 of 4 files exist already, the first is .*photo\.png: nothing was made; use --overwrite/,
    );
    expect(tree('kept')).toEqual(['HR/x2/photo.png', 'LR/x2/photo.png']);
    expect(prepare(...args, '-s', '2,4', '--overwrite').status).toBe(0);
    expect(tree('kept')).toHaveLength(4);
  });

  it('goes on after a picture that fails, and leaves nothing of it', async () => {
    await save(at('some/good.png'), photo());
    await save(at('some/clear.png'), picture(64, 48, 4, new Uint8Array(64 * 48 * 4)));
    await save(at('some/small.png'), photo(3, 9));
    const { status, stdout, stderr } = prepare(
      '--hr',
      'some',
      '-o',
      'some-out',
      '-s',
      '2,4',
      '--layout',
      'flat',
      '--json',
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: some.clear\.png: has an alpha channel/);
    expect(stderr).toMatch(/error: some.small\.png: modcrop: expected at least 4×4 pixels/);
    const { outputs, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ degradation: 'BI', layout: 'flat', border: 'symmetric', scales: [2, 4] });
    expect(
      outputs.map(({ name, error }: { name: string; error?: string }) => [name, error === undefined]),
    ).toEqual([
      ['clear', false],
      ['good', true],
      ['small', false],
    ]);
    expect(tree('some-out').every((path) => path.endsWith('/good.png'))).toBe(true);
  });

  it.each([
    ['no output', ['--hr', 'Set', '-s', '2'], /prepare needs -o/],
    [
      'a missing folder',
      ['--hr', 'Sets', '-o', 'x', '-s', '2'],
      /--hr Sets: no such file or folder; did you mean Set\?/,
    ],
    ['a wrong scale', ['--hr', 'Set', '-o', 'x', '-s', '2,2'], /different positive whole numbers/],
    [
      'an unknown degradation',
      ['--hr', 'Set', '-o', 'x', '-s', '2', '-d', 'BX'],
      /BI, BD, DN\. Did you mean/,
    ],
    ['an unknown layout', ['--hr', 'Set', '-o', 'x', '-s', '2', '--layout', 'div'], /rcan, div2k, flat/],
    ['a seed without noise', ['--hr', 'Set', '-o', 'x', '-s', '2', '--seed', '1'], /BI has none/],
    [
      'a border of BD',
      ['--hr', 'Set', '-o', 'x', '-s', '2', '-d', 'BD', '--border', 'replicate'],
      /always replicates/,
    ],
    [
      'LR without --check',
      ['--hr', 'Set', '-o', 'x', '-s', '2', '--lr', 'Set'],
      /--lr is read only with --check/,
    ],
    ['--check without LR', ['--hr', 'Set', '-s', '2', '--check'], /--check needs --lr/],
    [
      '--check with an output',
      ['--hr', 'Set', '--lr', 'Set', '-o', 'x', '-s', '2', '--check'],
      /--output has no meaning/,
    ],
  ])('exits with 2 for %s', (_, args, message) => {
    const { status, stderr, stdout } = prepare(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('sisr prepare --check', () => {
  it('says how LR was made, per picture and in sum', async () => {
    await save(at('c/HR/a.png'), photo(64, 48));
    await save(at('c/HR/b.png'), photo(64, 48));
    await save(at('c/LR/ax2.png'), degrade(photo(64, 48), { degradation: 'BI', scale: 2 }));
    await save(at('c/LR/bx2.png'), degrade(photo(64, 48), { degradation: 'BD', scale: 2 }));
    const { status, stdout } = prepare('--check', '--hr', 'c/HR', '--lr', 'c/LR', '-s', '2');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n {2}a {11}0\.00 % {9}0 {2}MATLAB's bicubic \(BI\) with a symmetric border\n/);
    expect(stdout).toContain('LR of b: blur and downsampling (BD), bit for bit: expect lower PSNR');
    const document = JSON.parse(
      prepare('--check', '--hr', 'c/HR', '--lr', 'c/LR', '-s', '2', '--json').stdout,
    );
    expect(document).toMatchObject({
      scale: 2,
      images: [
        { name: 'a', method: 'BI symmetric', exact: true, differing: 0 },
        {
          name: 'b',
          method: 'BD',
          exact: true,
          sentence: 'LR of the picture: blur and downsampling (BD), bit for bit: expect lower PSNR',
        },
      ],
    });
    expect(document.summary).toHaveLength(2);
  });

  it('fails where sizes do not fit', async () => {
    await save(at('wrong.png'), photo(30, 30));
    const { status, stderr } = prepare('--check', '--hr', 'c/HR/a.png', '--lr', 'wrong.png', '-s', '2');
    expect(status).toBe(1);
    expect(stderr).toContain('expected an LR picture of 32×24');
  });
});

describeShared('sisr prepare from Set5 as published', () => {
  it('gives the published LR, bit for bit, under the published names', async () => {
    const root = shared('datasets/benchmark');
    const { status } = prepare(
      '--hr',
      `${root}/HR/Set5/x2`,
      '-o',
      'set5',
      '-s',
      '2',
      '--border',
      'replicate',
    );
    expect(status).toBe(0);
    const published = 'LR/LRBI/Set5/x2';
    const names = readdirSync(`${root}/${published}`).sort();
    expect(readdirSync(at(`set5/${published}`)).sort()).toEqual(names);
    for (const name of names)
      expect(await load(at(`set5/${published}/${name}`))).toEqual(await load(`${root}/${published}/${name}`));
  });
});
