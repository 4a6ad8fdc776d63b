import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkWritable, writeWhole } from '../../src/node/write-file.ts';
import { temporaryFolder } from '../cli/run.ts';

const folder = temporaryFolder();

it.each([
  ['of one byte each', 'x'.repeat(251)],
  ['of three bytes each', '超'.repeat(83)],
])('writes a file whose name is as long as names can be, in letters %s', async (_, name) => {
  const path = join(folder, `${name}.png`);
  await writeWhole(path, Uint8Array.of(1, 2));
  expect([...readFileSync(path)]).toEqual([1, 2]);
  expect(readdirSync(folder).filter((other) => other.endsWith('.tmp'))).toEqual([]);
});

it('refuses a longer name before the work', async () => {
  await expect(checkWritable(join(folder, 'x'.repeat(256)))).rejects.toThrow(/\(its name is too long\)/);
});
