import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { degrade } from '../../src/image/degrade.ts';
import { imresize } from '../../src/image/imresize.ts';
import { noise, picture } from '../image/helpers.ts';
import { deepPhoto, load, photo, save } from './pictures.ts';
import { runCli, startCli, temporaryFolder } from './run.ts';
import { describeShippedScores } from './shipped-scores.ts';

const folder = temporaryFolder();
const HR = photo();
const LR = degrade(HR, { degradation: 'BI', scale: 2, border: 'replicate' });
const at = (path: string) => join(folder, path);
const evaluate = (...args: string[]) => runCli(['eval', '--device', 'cpu', ...args], { cwd: folder });

beforeAll(async () => {
  await save(at('hr/a_HR_x2.png'), HR);
  await save(at('hr/b_HR_x2.png'), photo(48, 64));
  await save(at('lr/a_LRBI_x2.png'), LR);
  await save(
    at('lr/b_LRBI_x2.png'),
    degrade(photo(48, 64), { degradation: 'BI', scale: 2, border: 'replicate' }),
  );
});

describe('sisr eval', () => {
  it('checks LR, prints a table with protocol and mean, and saves SR that metrics finds again', async () => {
    const { status, stdout, stderr } = evaluate('--hr', 'hr', '--lr', 'lr', '-s', '2', '--save-sr', 'sr');
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'rcan-light-x2 ×2 on cpu\n' });
    expect(stdout).toMatch(
      /^LR of all 2 pictures: MATLAB's bicubic \(BI\) with a replicate border, bit for bit\nprotocol rcan-matlab, ×2: /,
    );
    const mean = /\n {2}mean {6}(\d\d\.\d{4} {2}0\.\d{6}) +\d+\.\d\d\n$/.exec(stdout)?.[1];
    expect(readdirSync(at('sr'))).toEqual(['a_rcan-light-x2_x2.png', 'b_rcan-light-x2_x2.png']);
    const again = runCli(['metrics', '--hr', 'hr', '--sr', 'sr', '-s', '2'], { cwd: folder });
    expect(again.stdout).toContain(`mean      ${mean}\n`);
  });

  it('gives the same in JSON, with the files', () => {
    const { status, stdout } = evaluate(
      '--hr',
      'hr',
      '--lr',
      'lr',
      '--save-sr',
      'sr-json',
      '--json',
      '-p',
      'rgb',
    );
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ model: 'rcan-light-x2', protocol: 'rgb', scale: 2 });
    expect(document.images[0]).toEqual({
      name: 'a',
      psnr: expect.any(Number),
      ssim: expect.any(Number),
      seconds: expect.any(Number),
      output: join('sr-json', 'a_rcan-light-x2_x2.png'),
    });
    expect(document.mean.psnr).toBeCloseTo((document.images[0].psnr + document.images[1].psnr) / 2, 10);
  });

  it('makes LR by BI where none is given', () => {
    const given = JSON.parse(evaluate('--hr', 'hr', '--lr', 'lr', '--json').stdout);
    const made = JSON.parse(evaluate('--hr', 'hr', '--border', 'replicate', '--json').stdout);
    expect(made.mean).toEqual(given.mean);
    expect(made.lr).toEqual(["LR made from HR: MATLAB's bicubic (BI) with a replicate border"]);
    expect(JSON.parse(evaluate('--hr', 'hr', '--json').stdout).mean).not.toEqual(given.mean);
  });

  it('says what other LR means', async () => {
    await save(at('linear/a.png'), imresize(HR, 0.5, { kernel: 'nearest' }));
    await save(at('linear/b.png'), imresize(photo(48, 64), 0.5, { kernel: 'nearest' }));
    const { status, stdout } = evaluate('--hr', 'hr', '--lr', 'linear');
    expect(status).toBe(0);
    expect(stdout).toMatch(/LR of .* % of the samples differ, by up to \d+\): expect lower PSNR/);
  });

  it('enlarges without HR and says that there is no PSNR', () => {
    const { status, stdout } = evaluate('--lr', 'lr/a_LRBI_x2.png', '--save-sr', 'alone');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^no HR given: no PSNR and no SSIM\n/);
    expect(existsSync(at('alone/a_rcan-light-x2_x2.png'))).toBe(true);
    const { images, mean } = JSON.parse(evaluate('--lr', 'lr/a_LRBI_x2.png', '--json').stdout);
    expect(images).toEqual([{ name: 'a', psnr: null, ssim: null, seconds: expect.any(Number) }]);
    expect(mean).toEqual({ psnr: null, ssim: null });
  });

  it('runs grey as RGB and keeps 16 bits', async () => {
    await save(at('kinds/deep.png'), deepPhoto());
    await save(at('kinds/grey.png'), picture(64, 48, 1, noise(new Uint8Array(64 * 48))));
    const { status, stderr } = evaluate('--hr', 'kinds', '--save-sr', 'kinds-sr', '--json');
    expect(status).toBe(0);
    expect(stderr).toContain('grey: HR is grey and compared as RGB');
    expect((await load(at('kinds-sr/deep_rcan-light-x2_x2.png'))).data).toBeInstanceOf(Uint16Array);
    expect(await load(at('kinds-sr/grey_rcan-light-x2_x2.png'))).toMatchObject({ channels: 3 });
  });

  it('never replaces files unless told to, and finds out before it runs', async () => {
    await save(at('kept/b_rcan-light-x2_x2.png'), LR);
    const { status, stderr, stdout } = evaluate('--hr', 'hr', '--save-sr', 'kept');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('b_rcan-light-x2_x2.png: exists already; use --overwrite');
    expect(readdirSync(at('kept'))).toEqual(['b_rcan-light-x2_x2.png']);
    expect(evaluate('--hr', 'hr', '--save-sr', 'kept', '--overwrite').status).toBe(0);
    expect(await load(at('kept/b_rcan-light-x2_x2.png'))).toMatchObject({ width: 48, height: 64 });
  });

  it('goes on after a picture that does not fit, without a mean', async () => {
    await save(at('mixed/a.png'), HR);
    await save(at('mixed/b.png'), degrade(photo(48, 64), { degradation: 'BI', scale: 2 }));
    const { status, stdout, stderr } = evaluate('--hr', 'hr', '--lr', 'mixed', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      images: [
        { name: 'a', psnr: null, error: expect.stringContaining('expected an LR picture of 32×24') },
        { name: 'b', psnr: expect.any(Number) },
      ],
      mean: { psnr: null, ssim: null },
    });
    expect(stderr).toContain('1 of 2 pictures failed: no mean');
  });

  it.each([
    ['neither HR nor LR', [], /eval needs --hr, --lr or both/],
    [
      'a border for a given LR',
      ['--hr', 'hr', '--lr', 'lr', '--border', 'replicate'],
      /with --lr none is made/,
    ],
    [
      "another scale than the model's",
      ['--hr', 'hr', '-m', 'rcan-light-x4', '-s', '2'],
      /rcan-light-x4 enlarges ×4/,
    ],
    [
      'an unknown model',
      ['--hr', 'hr', '-m', 'rcan'],
      /-m rcan: no such file, and no model of that name ships/,
    ],
    ['an unknown border', ['--hr', 'hr', '--border', 'mirror'], /symmetric, replicate\. Did you mean/],
  ])('exits with 2 for %s', (_, args, message) => {
    const { status, stderr, stdout } = evaluate(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('sisr eval, interrupted', () => {
  it('keeps what is finished and gives no mean', async () => {
    for (const name of ['a', 'b', 'c']) await save(at(`long/${name}.png`), photo(256, 256));
    const child = startCli(
      ['eval', '--device', 'cpu', '--hr', 'long', '-x', '--save-sr', 'long-sr', '--json'],
      {
        cwd: folder,
      },
    );
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (child.exitCode === null && !existsSync(at('long-sr/a_rcan-light-x2_x2.png')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const { images, mean } = JSON.parse(stdout);
    expect(images.length).toBeLessThan(3);
    expect(images[0]).toMatchObject({ name: 'a', psnr: expect.any(Number) });
    expect(mean).toEqual({ psnr: null, ssim: null });
    expect(readdirSync(at('long-sr'))).toHaveLength(images.length);
  });
});

describeShippedScores('Set5');
