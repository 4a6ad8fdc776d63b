import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { networkMetadata } from '../../src/models/metadata.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { shippedModelPath } from '../../src/node/shipped-models.ts';
import { photo } from '../cli/pictures.ts';
import { openTrainer } from '../train/engine/trainers.ts';

const PATH = shippedModelPath('rcan-light-x2');

it.each<[string, string | URL | ArrayBuffer]>([
  ['path', PATH],
  ['URL', pathToFileURL(PATH)],
  ['name, as it ships', 'rcan-light-x2'],
  ['bytes', new Uint8Array(readFileSync(PATH)).buffer],
])('a network is opened by its %s', async (_, source) => {
  const network = await loadNetwork(source, { device: 'cpu', threads: 1 });
  expect(network.parameterCount).toBe(485_739);
  await network.dispose();
});

it('names what cannot be opened', async () => {
  const expectRefused = async (source: unknown, message: RegExp) => {
    const refused = loadNetwork(source as string);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  };
  await expectRefused(
    { name: 'rcan-light-x2' },
    /^expected a file, as path, file: URL or bytes, found object$/,
  );
  await expectRefused('rcan-heavy-x2', /^rcan-heavy-x2: no such file$/);
});

it('what was trained opens with the options that weights do not tell', async () => {
  const trainer = await openTrainer({
    architecture: 'edsr',
    options: { scale: 2, residualBlocks: 1, features: 8, resScale: 0.1 },
  });
  const { architecture, options } = trainer.network;
  const metadata = networkMetadata(architecture, options);
  const file = writeSafetensors(await trainer.stateDict(), { metadata });
  const network = await loadNetwork(file, { device: 'cpu', threads: 1 });
  expect(network.options).toEqual(options);
  expect(network.notes).toEqual([]);
  await network.dispose();
});

it('stops at once in the middle of a tile, and goes on with the next picture', async () => {
  const network = await loadNetwork('rcan-light-x2', { device: 'cpu', threads: 1 });
  const expected = await network.upscale(photo(16, 16));
  const controller = new AbortController();
  const { signal } = controller;
  let done = 0;
  const stopped = network.upscale(photo(200, 200), {
    signal,
    onProgress: (progress) => {
      done = progress.done;
      setImmediate(() => controller.abort(new Error('enough')));
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(done).toBe(0);
  expect(await network.upscale(photo(16, 16))).toEqual(expected);
  await network.dispose();
});
