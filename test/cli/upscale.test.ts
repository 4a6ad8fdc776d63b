import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure, runCli, startCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const cpu = ['--device', 'cpu'];
const path = (name: string) => join(folder, name);
const upscale = (...args: string[]) => runCli(['upscale', ...args, ...cpu], { cwd: folder });

async function picture(name: string, width = 12, height = 8) {
  await sharp('examples/cat.png').resize(width, height, { fit: 'fill' }).toFile(path(name));
}

const fails = (args: readonly string[], status: number, message: RegExp) =>
  expectFailure(folder, ['upscale', ...args, ...cpu], status, message, folder);

describe('pictures', () => {
  beforeAll(() => picture('a.png'));

  it('are written beside the input and reported with size and time', async () => {
    const { status, stdout, stderr } = upscale('a.png');
    expect([status, stderr]).toEqual([0, 'rcan-light-x2 ×2 on cpu\n']);
    expect(stdout).toMatch(/^a_x2\.png: 24×16, \d+\.\d s\n$/);
    expect(await sharp(path('a_x2.png')).metadata()).toMatchObject({ width: 24, height: 16, channels: 3 });
  });

  it('take the model for the scale, the format of the name, and other spellings of options', async () => {
    expect(upscale('-i', 'a.png', '--scale=4', '--skip_existing', '-o', 'b.jpg').status).toBe(0);
    expect(await sharp(path('b.jpg')).metadata()).toMatchObject({ width: 48, height: 32, format: 'jpeg' });
  });

  it('are reported as one JSON document', () => {
    const { status, stdout } = upscale('a.png', '-o', 'json.webp', '--json');
    const { outputs } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(outputs).toEqual([
      {
        input: 'a.png',
        output: 'json.webp',
        model: 'rcan-light-x2',
        width: 24,
        height: 16,
        seconds: expect.any(Number),
      },
    ]);
  });

  it('in lossy files take the model for photographs, unless another is named', async () => {
    mkdirSync(path('mixed'));
    for (const name of ['1.png', '2.jpg', '3.png', '4.webp']) await picture(join('mixed', name));
    const models = ({ stdout }: { stdout: string }) =>
      JSON.parse(stdout).outputs.map(({ input, model }: Record<string, string>) => [input, model]);
    const chosen = upscale('mixed', '--json');
    expect(chosen.stderr).toBe(
      'rcan-light-x2 ×2 on cpu\n' +
        'rcan-light-photo-x2 ×2 on cpu, for pictures in lossy formats (-m chooses another)\n',
    );
    expect(models(chosen)).toEqual([
      [join('mixed', '1.png'), 'rcan-light-x2'],
      [join('mixed', '3.png'), 'rcan-light-x2'],
      [join('mixed', '2.jpg'), 'rcan-light-photo-x2'],
      [join('mixed', '4.webp'), 'rcan-light-photo-x2'],
    ]);
    const named = upscale('mixed/2.jpg', '-m', 'rcan-light-x2', '-o', 'named.png', '--json');
    expect(models(named)).toEqual([['mixed/2.jpg', 'rcan-light-x2']]);
  });

  it('keep metadata, or lose it with --strip', async () => {
    await sharp(path('a.png'))
      .withExif({ IFD0: { Copyright: 'someone' } })
      .jpeg()
      .toFile(path('tagged.jpg'));
    upscale('tagged.jpg', '-o', 'kept.png');
    upscale('tagged.jpg', '-o', 'stripped.png', '--strip');
    expect((await sharp(path('kept.png')).metadata()).exif?.includes('someone')).toBe(true);
    expect((await sharp(path('stripped.png')).metadata()).exif).toBeUndefined();
  });
});

describe('many pictures', () => {
  beforeAll(async () => {
    for (const name of ['tree', 'tree/inner']) mkdirSync(path(name));
    await picture('tree/one.png');
    await picture('tree/inner/two.jpg');
    writeFileSync(path('tree/broken.png'), 'no picture');
    writeFileSync(path('tree/notes.txt'), 'not looked at');
  });

  it('are mirrored with -r; one that fails does not stop the rest', () => {
    const { status, stderr, stdout } = upscale('tree', '-r', '-o', 'out');
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: tree\/broken\.png: expected a picture .* found text/);
    expect(stderr).toMatch(/1 of 3 pictures failed\n$/);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(2);
    expect(readdirSync(path('out'), { recursive: true }).sort()).toEqual([
      'inner',
      'inner/two_x2.png',
      'one_x2.png',
    ]);
  });

  it('go to a folder of their own by default, and only those of the folder itself', () => {
    upscale('tree');
    expect(readdirSync(path('tree_x2'))).toEqual(['one_x2.png']);
  });

  it('come from globs, under a name of choice, and existing ones can be skipped', () => {
    const args = [
      'tree/**/*.{png,jpg}',
      '-o',
      'globbed/',
      '--name',
      '{model}-{name}@{scale}x',
      '--skip-existing',
      '--json',
    ];
    const first = JSON.parse(upscale(...args).stdout).outputs;
    const again = upscale(...args);
    const second = JSON.parse(again.stdout).outputs;
    expect(readdirSync(path('globbed')).sort()).toEqual([
      'rcan-light-photo-x2-two@2x.png',
      'rcan-light-x2-one@2x.png',
    ]);
    expect(first.filter((entry: { skipped?: true }) => entry.skipped)).toHaveLength(0);
    expect(second.filter((entry: { skipped?: true }) => entry.skipped)).toHaveLength(2);
    // Only the picture that is none is tried again: the network for the others is not opened.
    expect(again.stderr).not.toContain('rcan-light-photo-x2');
    const named = ['-m', 'rcan-light-x2', '-o', 'named-twice.png', '--skip-existing'];
    expect(upscale('tree/one.png', ...named).stderr).toBe('rcan-light-x2 ×2 on cpu\n');
    expect(upscale('tree/one.png', ...named).stderr).toBe('');
  });

  it('are all reported where the network of some cannot be opened', () => {
    const args = ['upscale', 'tree/inner/two.jpg', 'tree/one.png', '-o', 'unopened/', '--json'];
    const { status, stdout, stderr } = runCli([...args, '--device', 'dml'], { cwd: folder });
    expect(status).toBe(1);
    const error = expect.stringMatching(/dml/);
    expect(JSON.parse(stdout).outputs).toMatchObject([
      { input: 'tree/inner/two.jpg', model: 'rcan-light-photo-x2', error },
      { input: 'tree/one.png', model: 'rcan-light-x2', error },
    ]);
    // One reason, said once.
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
  });

  it('with one name for two results are refused before any work', () => {
    fails(['tree/one.png', 'tree/one.png'], 2, /tree\/one\.png was given twice/);
    fails(
      ['tree/one.png', 'tree/inner/two.jpg', '-o', 'x/', '--name', 'same'],
      2,
      /tree\/one\.png and tree\/inner\/two\.jpg would both be written to x\/same\.png/,
    );
  });
});

describe('results of the same command', () => {
  beforeAll(async () => {
    mkdirSync(path('again'));
    for (const name of ['again/a.png', 'again/b.png', 'again/b.jpg']) await picture(name);
  });

  it('are not taken for originals: by name an error, with --skip-existing left out', async () => {
    expect(upscale('again/a.png').status).toBe(0);
    fails(
      ['again/a.png', 'again/a_x2.png', '--overwrite'],
      2,
      /again\/a_x2\.png .* would be the result of again\/a\.png/,
    );
    const { outputs } = JSON.parse(upscale('again/a*.png', '--skip-existing', '--json').stdout);
    expect(outputs).toEqual([
      { input: 'again/a.png', output: 'again/a_x2.png', model: 'rcan-light-x2', skipped: true },
    ]);
  });

  it.each([
    ['stdin', ['-'], /-: pictures are not read from stdin/],
    ['stdout', ['again/a.png', '-o', '-'], /-o -: pictures are not written to stdout/],
    ['an empty -o', ['again/a.png', '-o', ''], /-o: expected a file or a folder/],
    ['an empty --name', ['again/a.png', '--name', ''], /--name: expected a name/],
    ['too many threads', ['again/a.png', '--threads', '100000'], /Expected a whole number from 1 to 256/],
  ])('are not %s', (_, args, message) => {
    fails(args, 2, message);
  });

  it('can be told apart by the ending of the original', () => {
    fails(
      ['again/b.*'],
      2,
      /would both be written to again\/b_x2\.png; use --name '\{name\}_\{ext\}_x\{scale\}'/,
    );
    expect(upscale('again/b.*', '--name', '{name}_{ext}').status).toBe(0);
    expect(
      readdirSync(path('again'))
        .filter((name) => name.startsWith('b_'))
        .sort(),
    ).toEqual(['b_jpg.png', 'b_png.png']);
  });
});

describe('bad input', () => {
  beforeAll(async () => {
    await picture('good.png');
    writeFileSync(path('text.png'), 'this is text');
    writeFileSync(path('empty.png'), '');
    writeFileSync(path('truncated.png'), readFileSync(path('good.png')).subarray(0, 200));
    writeFileSync(path('existing.png'), 'keep me');
    writeFileSync(path('file'), '');
    mkdirSync(path('folder.png'));
  });

  it.each([
    ['a text file', ['text.png'], 1, /text\.png: expected a picture .* found text/],
    ['a truncated picture', ['truncated.png'], 1, /truncated\.png: the picture is damaged or incomplete/],
    ['an empty file', ['empty.png'], 1, /empty\.png: the file is empty/],
    ['an empty folder', ['folder.png'], 2, /no pictures \(.*\) in folder\.png/],
    ['a missing file', ['goood.png'], 2, /goood\.png: no such file or folder; did you mean good\.png\?/],
    ['no input', [], 2, /needs at least one picture/],
    [
      'a scale without a model',
      ['good.png', '--scale', '5'],
      2,
      /no model that ships enlarges ×5: expected 2, 3, 4 or 8/,
    ],
    [
      "a scale that is not the model's",
      ['good.png', '-s', '4', '-m', 'rcan-light-x2'],
      2,
      /--scale 4: rcan-light-x2 enlarges ×2/,
    ],
    [
      'a tile that cannot be',
      ['good.png', '--tile', '-3'],
      2,
      /'-t, --tile <size>' argument '-3' is invalid. Expected auto, off, chop or a number of pixels, at least 48/,
    ],
    ['an unknown device', ['good.png', '--device', 'cdua'], 2, /Did you mean cuda\?/],
    ['an unknown option', ['good.png', '--tiel', '64'], 2, /unknown option '--tiel'/],
    [
      'an unknown format',
      ['good.png', '-f', 'jpge'],
      2,
      /Expected png, jpg, webp, tiff, avif\. Did you mean jpg\?/,
    ],
    [
      'an unknown ending',
      ['good.png', '-o', 'out.bmp'],
      2,
      /-o out\.bmp: expected a name that ends in png, jpg, webp, tiff, avif, or a folder/,
    ],
    [
      'an unknown model',
      ['good.png', '-m', 'rcan'],
      2,
      /-m rcan: no such file, and no model of that name ships \(rcan-light-x2, /,
    ],
    ['a model that is no checkpoint', ['good.png', '-m', 'text.png'], 1, /text\.png: /],
    [
      'a folder as the model',
      ['good.png', '-m', 'folder.png'],
      1,
      /folder\.png: expected a file, found a folder/,
    ],
    [
      'an existing output',
      ['good.png', '-o', 'existing.png'],
      1,
      /existing\.png: exists already; use --overwrite/,
    ],
    [
      'the name of one picture for several',
      ['good.png', 'existing.png', '-o', 'out.png'],
      2,
      /-o out\.png: expected a folder for 2 pictures, found the name of a picture; a folder ends in \//,
    ],
    [
      'an output below a file',
      ['good.png', '-o', 'file/x.png'],
      1,
      /file\/x\.png: cannot be written \(file is a file, not a folder\)/,
    ],
    ['too many pixels', ['good.png', '--limit-pixels', '50'], 1, /12×8 = 96 pixels; the limit is 50/],
    ['too little memory', ['good.png', '--memory', '10M'], 1, /a memory budget of 10 MiB is too small/],
    [
      'a placeholder that does not exist',
      ['good.png', '--name', '{nmae}'],
      2,
      /unknown \{nmae\}; expected \{name\}, \{ext\}, \{scale\} or \{model\}/,
    ],
  ] as const)('%s', (_, args, status, message) => {
    fails([...args], status, message);
    expect(readFileSync(path('existing.png'), 'utf8')).toBe('keep me');
  });
});

it('stops at SIGINT without leaving half a file', async () => {
  await picture('large.png', 1500, 1500);
  const child = startCli(['upscale', 'large.png', '--tile', '64', ...cpu], { cwd: folder });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    if (errors === '') setTimeout(() => child.kill('SIGINT'), 300);
    errors += chunk;
  });
  const [status] = await once(child, 'exit');
  expect(status).toBe(130);
  expect(errors).toMatch(/stopping after the current tile/);
  expect(errors).toMatch(/interrupted: 0 of 1 pictures done/);
  expect(existsSync(path('large_x2.png'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
