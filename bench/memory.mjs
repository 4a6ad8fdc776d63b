// @ts-check
/**
 * Peak memory (RSS) of `sisr upscale` against its --memory budget.
 *
 *   npm run build && node bench/memory.mjs [width] [height] [scale] [budget, e.g. 2G] [more options of upscale]
 *
 * Default: a 6000×4000 photograph ×2 within 2G.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { measureUpscale } from './measure.mjs';

const [width = '6000', height = '4000', scale = '2', budget = '2G', ...more] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sisr-memory-'));
try {
  const input = join(folder, 'photograph.jpg');
  await sharp('examples/cat.png')
    .resize(Number(width), Number(height), { fit: 'fill' })
    .withExif({ IFD0: { Copyright: 'CC0' } })
    .jpeg()
    .toFile(input);
  const { peak, seconds, status } = measureUpscale([input, '-s', scale, '--memory', budget, ...more]);
  process.stdout.write(
    `${width}×${height} ×${scale}, budget ${budget}: peak ${peak} MiB, ${seconds.toFixed(0)} s\n`,
  );
  process.exitCode = status;
} finally {
  rmSync(folder, { recursive: true });
}
