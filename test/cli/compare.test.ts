import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitCaption } from '../../src/cli/captions.ts';
import { layoutFigure } from '../../src/evaluate/figure-layout.ts';
import type { Rectangle } from '../../src/image/crop.ts';
import { noise } from '../image/helpers.ts';
import { runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const [WIDTH, HEIGHT] = [64, 48];
const REGION = { left: 20, top: 8, width: 12, height: 10 };

interface Raw {
  width: number;
  height: number;
  channels: number;
  data: Buffer;
}

async function save(
  name: string,
  raw: { width: number; height: number; channels: 1 | 3 | 4; data: Uint8Array },
) {
  const { data, ...info } = raw;
  const source = sharp(data, { raw: info });
  await (raw.channels === 1 ? source.toColourspace('b-w') : source).png().toFile(path(name));
}

async function load(file: string): Promise<Raw> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

function pixel({ data, width, channels }: Raw, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
}

/** The part of a figure that is darker than grey, as a share of a box. */
function darkness(figure: Raw, { left, top, width, height }: Rectangle): number {
  let dark = 0;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) if (pixel(figure, x, y)[0]! < 128) dark++;
  }
  return dark / (width * height);
}

beforeAll(async () => {
  const size = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const hr = noise(new Uint8Array(3 * WIDTH * HEIGHT));
  await save('hr.png', { ...size, data: hr });
  await save('near.png', { ...size, data: hr.map((value) => Math.min(255, value + 3)) });
  await save('far.png', { ...size, data: hr.map((value) => value / 2) });
  await save('grey.png', { ...size, channels: 1, data: hr.slice(0, WIDTH * HEIGHT) });
  await save('alpha.png', { ...size, channels: 4, data: noise(new Uint8Array(4 * WIDTH * HEIGHT)) });
  await save('small.png', { ...size, width: 32, height: 24, data: noise(new Uint8Array(3 * 32 * 24)) });
  mkdirSync(path('results'));
  for (const name of ['hr_RCAN_x2.png', 'hr_RCAN_x4.png', 'other_RCAN_x2.png']) {
    await save(`results/${name}`, { ...size, data: hr });
  }
});

function compare(...options: string[]) {
  return runCli(['compare', '--hr', path('hr.png'), '-s', '2', ...options]);
}

const region = ['--region', [REGION.left, REGION.top, REGION.width, REGION.height].join(',')];

describe('compare', () => {
  it('puts the crops where the layout says, pixel for pixel', async () => {
    const output = path('places.png');
    const sr = ['--sr', path('near.png'), '--sr', `${path('far.png')}=Far`];
    const { status, stdout, stderr } = compare('--no-bicubic', ...sr, ...region, '-o', output, '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      output,
      region: { x: 20, y: 8, width: 12, height: 10 },
      protocol: 'rcan-matlab',
      scale: 2,
      candidates: [{ name: 'near' }, { name: 'Far' }],
    });
    expect(report.candidates[0].psnr).toBeGreaterThan(report.candidates[1].psnr);
    expect(report.candidates[0].ssim).toBeGreaterThan(report.candidates[1].ssim);

    const figure = await load(output);
    const layout = layoutFigure({ picture: { width: WIDTH, height: HEIGHT }, region: REGION, crops: 3 });
    expect([figure.width, figure.height, figure.channels]).toEqual([layout.width, layout.height, 3]);
    for (const [i, name] of ['hr.png', 'near.png', 'far.png'].entries()) {
      const source = await load(path(name));
      const { image, ...lines } = layout.crops[i]!;
      const factor = image.width / REGION.width;
      for (let y = 0; y < REGION.height; y++) {
        for (let x = 0; x < REGION.width; x++) {
          const expected = pixel(source, REGION.left + x, REGION.top + y);
          for (const inside of [0, factor - 1]) {
            const found = pixel(figure, image.left + x * factor + inside, image.top + y * factor + inside);
            expect(found).toEqual(expected);
          }
        }
      }
      expect(darkness(figure, lines.name)).toBeGreaterThan(0.005);
      expect(darkness(figure, lines.values)).toBeGreaterThan(0.02);
    }
    expect(darkness(figure, layout.name)).toBeGreaterThan(0.002);
    expect(darkness(figure, layout.footnote)).toBeGreaterThan(0.02);
    for (const corner of [0, layout.width - 1]) expect(pixel(figure, corner, 0)).toEqual([255, 255, 255]);
    const { marker, markerWidth } = layout;
    const frame = pixel(figure, marker.left - Math.ceil(markerWidth / 2), marker.top + 5);
    expect(frame).toEqual([255, 45, 32]);
  });

  it('looks the same on a machine without fonts', () => {
    const args = ['--no-bicubic', '--sr', path('near.png'), ...region];
    expect(compare(...args, '-o', path('fonts.png')).status).toBe(0);
    writeFileSync(path('fonts.conf'), '<?xml version="1.0"?><fontconfig></fontconfig>');
    process.env.FONTCONFIG_FILE = path('fonts.conf');
    try {
      expect(compare(...args, '-o', path('no-fonts.png')).status).toBe(0);
    } finally {
      delete process.env.FONTCONFIG_FILE;
    }
    expect(readFileSync(path('no-fonts.png')).equals(readFileSync(path('fonts.png')))).toBe(true);
  });

  it('shows bicubic, models and files in this order, on the region that differs most', () => {
    const output = path('order.png');
    const named = ['--sr', path('near.png'), '-m', 'rcan-light-x2', '-m', 'rcan-light-x2=again'];
    const { status, stdout, stderr } = compare(...named, '-o', output, '--width', '900', '--json');
    expect(stderr).toMatch(/^rcan-light-x2 ×2 on \w+\n( {2}.*\n)*again ×2 on \w+\n/);
    expect(stderr).not.toMatch(/error/);
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    const names = report.candidates.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['Bicubic', 'rcan-light-x2', 'again', 'near']);
    expect(report.candidates[1].psnr).toBe(report.candidates[2].psnr);
    expect(report.region).toMatchObject({ width: 40, height: 40 });
    expect(report.region.x % 2).toBe(0);
  });

  it('takes the picture of HR name and scale from a folder, and prints a table', () => {
    const output = path('folder.png');
    const { status, stdout } = compare('--sr', `${path('results')}/`, '-o', output, ...region);
    expect(status).toBe(0);
    expect(stdout).toMatch(/protocol rcan-matlab, ×2/);
    expect(stdout).toMatch(/results\s+∞\s+1\.000000/);
    expect(stdout).toContain(`${output}: region 20,8,12,10`);
  });

  it('gives equal pictures as "inf" and compares grey beside colour as RGB', () => {
    const grey = ['compare', '--hr', path('grey.png'), '-s', '2', '--sr', path('grey.png'), ...region];
    const { stdout } = runCli([...grey, '-o', path('inf.png'), '--json']);
    expect(JSON.parse(stdout).candidates[1]).toEqual({ name: 'grey', psnr: 'inf', ssim: 1 });
    const mixed = runCli([...grey, '--sr', path('near.png'), '-o', path('mixed.png'), '--json']);
    expect(mixed.status).toBe(0);
    expect(JSON.parse(mixed.stdout).candidates).toHaveLength(3);
  });

  it('cuts HR to a multiple of the scale and checks LR against that', async () => {
    const output = path('modcrop.png');
    const args = ['compare', '--hr', path('hr.png'), '-s', '5', '-o', output, '--json'];
    const made = runCli(args);
    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout).region).toMatchObject({ width: 40, height: 40 });
    expect((await load(output)).width).toBeGreaterThan(1500);
    const wrong = runCli([...args, '--lr', path('small.png'), '--overwrite']);
    expect(wrong.stderr).toMatch(/small\.png: expected 12×9 \(HR's size divided by 5\), found 32×24/);
    expect(wrong.status).toBe(1);
  });

  it('replaces a figure only when told to', () => {
    const output = path('kept.png');
    writeFileSync(output, 'precious');
    expect(compare('-o', output)).toMatchObject({ status: 1, stdout: '' });
    expect(readFileSync(output, 'utf8')).toBe('precious');
    expect(compare('-o', output, '--overwrite').status).toBe(0);
    expect(readFileSync(output).subarray(1, 4).toString()).toBe('PNG');
  });

  it.each<[string, number, RegExp, string[]]>([
    ['other sizes', 1, /small\.png: expected 64×48 .*found 32×24/, ['--sr', 'small.png']],
    ['alpha', 1, /alpha\.png: expected a picture without alpha .*found 4 channels/, ['--sr', 'alpha.png']],
    [
      'a region outside',
      2,
      /--region 60,8,12,10: expected a part of the 64×48 picture/,
      ['--region', '60,8,12,10'],
    ],
    ['an empty region', 2, /x,y,width,height/, ['--region', '1,2,0,4']],
    ['a region of words', 2, /x,y,width,height/, ['--region', 'middle']],
    ['nothing to compare', 2, /nothing to compare/, ['--no-bicubic']],
    ['two of one name', 2, /two pictures would be called "near"/, ['--sr', 'near.png', '--sr', 'near.png']],
    ['too many pictures', 2, /at most 11 beside HR, found 12/, Array(11).fill('--sr=near.png')],
    ['a missing file', 2, /neer\.png.*no such file.*near\.png/, ['--sr', 'neer.png=caption']],
    ['an unknown model', 2, /-m rcan: no such file, and no model/, ['-m', 'rcan=caption']],
    ['a model of another scale', 2, /--scale 2: rcan-light-x4 enlarges ×4/, ['-m', 'rcan-light-x4']],
    ['a folder for HR', 2, /--hr .*expected a file, found a folder/, ['--hr', 'results']],
    [
      'a folder without the picture',
      1,
      /expected one picture.*none among 3/,
      ['--hr', 'near.png', '--sr', 'results'],
    ],
    ['an unknown protocol', 2, /Did you mean/, ['--protocol', 'rcan-matlap']],
    ['an output that is no PNG', 2, /expected a name that ends in \.png/, ['-o', 'figure.jpg']],
  ])('refuses %s in one line and writes nothing', (_, status, message, options) => {
    const before = readdirSync(folder).sort();
    const args = ['compare', '--hr', 'hr.png', '-s', '2', '-o', 'refused.png', ...options];
    const result = runCli(args, { cwd: folder });
    const lines = result.stderr.split('\n').filter((line) => line.startsWith('error: '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(existsSync(path('refused.png'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

describe('splitCaption', () => {
  const files = ['a.png', 'b=c.png', 'b=c.png=d', 'e'];
  it.each([
    ['a.png', { source: 'a.png' }],
    ['a.png=RCAN (paper)', { source: 'a.png', caption: 'RCAN (paper)' }],
    ['a.png=x=y', { source: 'a.png', caption: 'x=y' }],
    ['a.png=', { source: 'a.png' }],
    ['b=c.png', { source: 'b=c.png' }],
    ['b=c.png=two', { source: 'b=c.png', caption: 'two' }],
    ['b=c.png=d', { source: 'b=c.png=d' }],
    ['gone.png=two', { source: 'gone.png', caption: 'two' }],
    ['gone.png', { source: 'gone.png' }],
  ])('%s', (text, expected) => {
    expect(splitCaption(text, (source) => files.includes(source))).toEqual(expected);
  });
});
