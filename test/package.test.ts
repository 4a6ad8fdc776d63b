/** The package as its users see it: the built entry points, imported by name. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

function exportsOf(entry: string): string[] {
  const script = `import * as entry from '${entry}'; console.log(Object.keys(entry).join(' '))`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    .trim()
    .split(' ');
}

it.each([
  ['sisr', ['readCheckpoint', 'writeSafetensors', 'writeTorch', 'imresize', 'psnr', 'ssim', 'identify']],
  [
    'sisr/node',
    [
      'createServer',
      'createTrainer',
      'loadNetwork',
      'openTrainingData',
      'readPicture',
      'encodePicture',
      'shippedModels',
    ],
  ],
  ['sisr/web', ['loadNetwork', 'decodePicture', 'encodePicture', 'InputError', 'OutOfMemoryError']],
])('%s exports what the README says', (entry, names) => {
  expect(exportsOf(entry)).toEqual(expect.arrayContaining(names));
});
