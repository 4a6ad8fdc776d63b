import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { crop } from '../../src/image/crop.ts';
import { degrade } from '../../src/image/degrade.ts';
import { imresize } from '../../src/image/imresize.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { picture } from '../image/helpers.ts';
import { describeShared, shared } from '../shared.ts';
import { photo, save } from './pictures.ts';
import { runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const HR = photo();
const LR = degrade(HR, { degradation: 'BI', scale: 2 });
const SR = imresize(LR, 2);
const SCORES = { psnr: psnr(SR, HR, { scale: 2 }), ssim: ssim(SR, HR, { scale: 2 }) };

const at = (path: string) => join(folder, path);
const metrics = (hr: string, sr: string, ...more: string[]) =>
  runCli(['metrics', '--hr', at(hr), '--sr', at(sr), '-s', '2', ...more]);

beforeAll(async () => {
  await save(at('hr/a_HR_x2.png'), HR);
  await save(at('hr/b_HR_x2.png'), HR);
  await save(at('sr/b_RCAN_x2.png'), HR);
  await save(at('sr/a_RCAN_x2.png'), SR);
  await save(at('odd.png'), photo(65, 48));
  await save(at('lr.png'), LR);
});

describe('sisr metrics', () => {
  it('pairs two folders by name and gives the mean', () => {
    const { status, stdout, stderr } = metrics('hr', 'sr', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      protocol: 'rcan-matlab',
      scale: 2,
      images: [
        { name: 'a', ...SCORES },
        { name: 'b', psnr: 'inf', ssim: 1 },
      ],
      mean: { psnr: 'inf', ssim: (1 + SCORES.ssim) / 2 },
    });
  });

  it('prints a table under its protocol', () => {
    const { stdout } = metrics('hr', 'sr', '--protocol', 'rgb');
    expect(stdout).toMatch(/^protocol rgb, ×2: All channels/);
    expect(stdout).toMatch(/\n {2}picture {2} PSNR dB {6}SSIM\n/);
    expect(stdout).toMatch(/\n {2}a {8} \d\d\.\d{4} {2}0\.\d{6}\n/);
    expect(stdout).toMatch(/\n {2}b {15}∞ {2}1\.000000\n/);
    expect(stdout).toMatch(/\n {2}mean .*\n$/);
  });

  it('compares two files whatever their names', () => {
    const { stdout, status } = metrics('hr/a_HR_x2.png', 'sr/b_RCAN_x2.png', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).mean).toEqual({ psnr: 'inf', ssim: 1 });
  });

  it('cuts an uncut HR and says so', async () => {
    const even = crop(photo(65, 48), { left: 0, top: 0, width: 64, height: 48 });
    await save(at('even.png'), even);
    const { stdout, stderr, status } = metrics('odd.png', 'even.png');
    expect(status).toBe(0);
    expect(stdout).toContain('∞');
    expect(stderr).toBe('odd: HR was cut to a multiple of 2, as SR is\n');
  });

  it('warns where the names tell another scale', () => {
    const { stderr } = runCli(['metrics', '--hr', at('hr'), '--sr', at('sr'), '-s', '4']);
    expect(stderr).toContain('SR is named ×2, but --scale is 4');
  });

  it('warns of a shift', async () => {
    const wide = photo(66, 48);
    await save(at('left.png'), crop(wide, { left: 0, top: 0, width: 64, height: 48 }));
    await save(at('right.png'), crop(wide, { left: 1, top: 0, width: 64, height: 48 }));
    const { stderr, status, stdout } = metrics('left.png', 'right.png', '--json');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: left: SR looks shifted: moved back by \(-1, 0\) pixels/);
    expect(JSON.parse(stdout).images[0].warnings).toHaveLength(1);
  });

  it('gives no mean where a picture failed, and goes on', async () => {
    await save(at('broken/a.png'), LR);
    await save(at('broken/b.png'), HR);
    const { status, stdout, stderr } = metrics('hr', 'broken', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      images: [
        { name: 'a', psnr: null, ssim: null, error: expect.stringContaining('this is the LR of scale 2') },
        { name: 'b', psnr: 'inf', ssim: 1 },
      ],
      mean: { psnr: null, ssim: null },
    });
    expect(stderr).toMatch(
      /^error: a: expected SR of HR's size 64×48, found 32×24: this is the LR of scale 2\n1 of 2 pictures failed: no mean\n$/,
    );
  });

  it('refuses alpha', async () => {
    const clear = picture(64, 48, 4, new Uint8Array(64 * 48 * 4).fill(128));
    await save(at('clear.png'), clear);
    const { status, stderr } = metrics('hr/a_HR_x2.png', 'clear.png');
    expect(status).toBe(1);
    expect(stderr).toContain('remove the alpha channel');
  });

  it('names a file without partner', async () => {
    await save(at('more/a_RCAN_x2.png'), SR);
    await save(at('more/b_RCAN_x2.png'), SR);
    await save(at('more/c_RCAN_x2.png'), SR);
    const { status, stdout, stderr } = metrics('hr', 'more');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /c_RCAN_x2\.png \(SR\): no HR file is left with its name; the nearest of 2: [ab]_HR/,
    );
  });

  it.each([
    [
      'a missing folder',
      ['--hr', 'hrr', '--sr', 'sr', '-s', '2'],
      /--hr hrr: no such file or folder; did you mean hr\?/,
    ],
    ['an empty folder', ['--hr', 'empty', '--sr', 'sr', '-s', '2'], /--hr empty: no pictures/],
    ['a file and a folder', ['--hr', 'lr.png', '--sr', 'sr', '-s', '2'], /expected two files or two folders/],
    [
      'an unknown protocol',
      ['--hr', 'hr', '--sr', 'sr', '-s', '2', '-p', 'rcan'],
      /rcan-matlab, .*Did you mean/,
    ],
    ['no scale', ['--hr', 'hr', '--sr', 'sr'], /required option '-s, --scale/],
    ['a wrong scale', ['--hr', 'hr', '--sr', 'sr', '-s', '1.5'], /positive whole number/],
  ])('exits with 2 for %s', (_, args, message) => {
    mkdirSync(at('empty'), { recursive: true });
    writeFileSync(at('empty/notes.txt'), 'no picture');
    const { status, stderr, stdout } = runCli(['metrics', ...args], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describeShared('sisr metrics on what the RCAN authors published', () => {
  it('gives their numbers for Set5 ×2', () => {
    const root = shared('datasets/benchmark');
    const { stdout } = runCli([
      ...['metrics', '--hr', `${root}/HR/Set5/x2`, '--sr', `${root}/SR/BI/RCAN/Set5/x2`],
      ...['--scale', '2', '--json'],
    ]);
    const { mean, images } = JSON.parse(stdout);
    expect(images).toHaveLength(5);
    expect(mean.psnr.toFixed(6)).toBe('38.274168');
    expect(mean.ssim.toFixed(6)).toBe('0.961445');
  });
});
