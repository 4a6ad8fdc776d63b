// @ts-check
/**
 * How much tiles change a picture: PSNR (dB, RGB) between the result in tiles and the result at once.
 *
 *   npm run build && node bench/tiles.mjs <folder of small pictures> [tile, e.g. 64] [model]
 */
import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { psnr } from '../dist/index.js';
import { loadNetwork, readPicture, shippedModelPath, shippedModels } from '../dist/node/index.js';

const [folder, tile = '64', name = 'rcan-light-x2'] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected a folder of pictures');
const model = shippedModels().find((shipped) => shipped.name === name);
const network = await loadNetwork(model ? shippedModelPath(model) : name, { device: 'cpu' });
console.log(`| picture | ${name}, --tile ${tile} against --tile off |\n|---|---|`);
for (const file of readdirSync(folder).sort()) {
  const { image } = await readPicture(join(folder, file));
  const whole = await network.upscale(image, { tile: 'off' });
  const tiled = await network.upscale(image, { tile: Number(tile) });
  console.log(
    `| ${parse(file).name} (${image.width}×${image.height}) | ${psnr(tiled, whole, { protocol: 'rgb' }).toFixed(1)} dB |`,
  );
}
await network.dispose();
