/** Networks other than RCAN on the command line: what their weights do not tell, chosen or said aloud. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../src/models/registry.ts';
import { encodePicture } from '../../src/node/write-picture.ts';
import { texture } from '../upscale/toy.ts';
import { runCli, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const SRCNN = 'test/models/fixtures/srcnn-tiny.pt';
const EDSR = 'test/models/fixtures/edsr-tiny.pt';
const GUESSED_SCALE = /scale 2 is a guess: weights of SRCNN fit any enlargement/;

async function picture(name: string, width = 20, height = 10): Promise<string> {
  const file = join(folder, name);
  writeFileSync(file, (await encodePicture(texture(width, height), { format: 'png' })).bytes);
  return file;
}

function upscale(input: string, args: string[]) {
  return runCli(['upscale', input, ...args, '--device', 'cpu', '--json', '--overwrite']);
}

describe('SRCNN, whose weights fit any scale', () => {
  it('takes the scale of --scale', async () => {
    const { stdout, stderr } = upscale(await picture('a.png'), ['-m', SRCNN, '-s', '3']);
    expect(JSON.parse(stdout).outputs).toMatchObject([{ width: 60, height: 30 }]);
    expect(stderr).toContain('srcnn-tiny.pt ×3 on cpu');
    expect(stderr).not.toContain('guess');
  });

  it('says which it guesses without it', async () => {
    const { stdout, stderr } = upscale(await picture('b.png'), ['-m', SRCNN]);
    expect(JSON.parse(stdout).outputs).toMatchObject([{ width: 40, height: 20 }]);
    expect(stderr).toMatch(GUESSED_SCALE);
  });
});

it('EDSR says which residual scaling it guesses', async () => {
  const { stdout, stderr } = upscale(await picture('c.png'), ['-m', EDSR]);
  expect(JSON.parse(stdout).outputs).toMatchObject([{ width: 80, height: 40 }]);
  expect(stderr).toMatch(/resScale 1 is a guess: weights do not tell it/);
});

const TINY = readdirSync('test/models/fixtures').filter((name) => name.endsWith('.pt'));

describe('every network', () => {
  it('is among the fixtures', () => {
    const networks = new Set(TINY.map((name) => name.split('-')[0]));
    expect([...networks].sort()).toEqual(ARCHITECTURES.map(({ id }) => id).sort());
  });

  it.each(TINY)('%s is evaluated, in tiles and with the ensemble', async (name) => {
    const hr = await picture('hr.png', 240, 200);
    const args = [
      'eval',
      '-m',
      `test/models/fixtures/${name}`,
      '--hr',
      hr,
      '--tile',
      '48',
      '--ensemble',
      '--device',
      'cpu',
      '--json',
    ];
    const { images } = JSON.parse(runCli(args).stdout);
    expect(images).toEqual([
      { name: 'hr', psnr: expect.any(Number), ssim: expect.any(Number), seconds: expect.any(Number) },
    ]);
  });
});
