/** How much of sisr a page must download, beside ONNX Runtime and the weights. */
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';

const external = [/^onnxruntime-web/];

/** Bytes after `gzip -9` of the files that a bundler makes of a module, the largest first. */
async function bundledSizes(entry: string): Promise<number[]> {
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'] }, rolldownOptions: { external } },
    worker: { format: 'es', rolldownOptions: { external } },
  })) as [Rolldown.RolldownOutput];
  const texts = output.map((file) => (file.type === 'chunk' ? file.code : file.source));
  return texts.map((text) => gzipSync(text, { level: 9 }).length).sort((a, b) => b - a);
}

it('is less than 60 kB of sisr/web', async () => {
  const [worker = 0, otherWorker = 0, page = 0, ...more] = await bundledSizes('src/web/index.ts');
  expect(more).toEqual([]);
  // One of the two workers runs; without their insides this would measure nothing.
  expect(otherWorker).toBeGreaterThan(20_000);
  expect(worker + page).toBeLessThan(60_000);
});

it('is little where little is used', async () => {
  const [page = 0, ...more] = await bundledSizes('test/browser/pages/little/psnr.ts');
  expect(more).toEqual([]);
  expect(page).toBeLessThan(5_000);
});
