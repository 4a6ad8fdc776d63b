import { closeSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openGrowing } from '../../src/node/growing-file.ts';
import { temporaryFolder } from '../cli/run.ts';

vi.mock('node:fs', { spy: true });
const folder = temporaryFolder();

it('names a file whose end cannot be read, and leaves nothing open', () => {
  const path = join(folder, 'log.txt');
  writeFileSync(path, 'half a line');
  vi.mocked(readSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  });
  vi.mocked(closeSync).mockClear();
  expect(() => openGrowing(path)).toThrow(InputError);
  expect(closeSync).toHaveBeenCalledTimes(1);
});
