// @ts-check
/**
 * Peak memory (RSS) of `sisr upscale` against its --memory budget.
 *
 *   npm run build && node bench/memory.mjs [width] [height] [scale] [budget, e.g. 2G] [more options of upscale]
 *
 * Default: a 6000×4000 photograph ×2 within 2G.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const [width = '6000', height = '4000', scale = '2', budget = '2G', ...more] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sisr-memory-'));
try {
  const input = join(folder, 'photograph.jpg');
  await sharp('examples/cat.png')
    .resize(Number(width), Number(height), { fit: 'fill' })
    .withExif({ IFD0: { Copyright: 'CC0' } })
    .jpeg()
    .toFile(input);

  const report = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS * 1024))`;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${report}`,
      'dist/cli/main.js',
      'upscale',
      input,
      '-s',
      scale,
      '--memory',
      budget,
      ...more,
    ],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - start) / 1000;
  const peak = Number(/peak (\d+)$/.exec(stderr)?.[1]);
  process.stdout.write(`${stderr.replace(/peak \d+$/, '')}${stdout}`);
  process.stdout.write(
    `${width}×${height} ×${scale}, budget ${budget}: peak ${(peak / 1024 ** 2).toFixed(0)} MiB, ${seconds.toFixed(0)} s\n`,
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
