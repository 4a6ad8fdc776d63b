// @ts-check
/**
 * What the models for photographs are good for: pictures are made small by BI and saved as JPEG, then enlarged by
 * bicubic interpolation and by every model that ships. Prints the mean PSNR on Y (protocol rcan-matlab) in Markdown.
 *
 *   npm run build && node bench/photo-models.mjs <folder of pictures> [--scale 2] [--quality 75] [--keep FOLDER]
 *
 * `--keep` writes the small JPEGs into a folder, for `sisr compare --lr`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { degrade, imresize, modcrop, psnr } from '../dist/index.js';
import {
  decodePicture,
  encodePicture,
  listTrainingPairs,
  loadNetwork,
  readPicture,
  shippedModelPath,
  shippedModels,
} from '../dist/node/index.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '2' },
    quality: { type: 'string', default: '75' },
    keep: { type: 'string' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('expected a folder of pictures');
const scale = Number(values.scale);
const quality = Number(values.quality);

/** @typedef {import('../dist/node/index.js').Picture['image']} Pixels */
/** @type {{ hr: Pixels, lr: Pixels }[]} */
const pairs = [];
for (const { name, hr: path } of await listTrainingPairs(
  { kind: 'folders', hr: folder },
  { scale, degradation: 'photo' },
)) {
  const { image } = await readPicture(path);
  const hr = modcrop(image, scale);
  const { bytes } = await encodePicture(degrade(hr, { degradation: 'BI', scale }), {
    format: 'jpg',
    quality,
  });
  if (values.keep) {
    mkdirSync(values.keep, { recursive: true });
    writeFileSync(join(values.keep, `${name}.jpg`), bytes);
  }
  pairs.push({ hr, lr: (await decodePicture(bytes)).image });
}

const models = shippedModels().filter((model) => model.scale === scale);
const networks = await Promise.all(models.map((model) => loadNetwork(shippedModelPath(model))));
const methods = [
  { name: 'bicubic', enlarge: async (/** @type {Pixels} */ lr) => imresize(lr, scale) },
  ...networks.map((network, i) => ({
    name: `\`${models[i]?.name}\``,
    enlarge: (/** @type {Pixels} */ lr) => network.upscale(lr),
  })),
];
console.log(
  `| LR ×${scale} by BI, JPEG of quality ${quality}, ${pairs.length} pictures | PSNR on Y |\n|---|---|`,
);
for (const { name, enlarge } of methods) {
  let sum = 0;
  for (const { hr, lr } of pairs) sum += psnr(await enlarge(lr), hr, { protocol: 'rcan-matlab', scale });
  console.log(`| ${name} | ${(sum / pairs.length).toFixed(2)} dB |`);
}
await Promise.all(networks.map((network) => network.dispose()));
