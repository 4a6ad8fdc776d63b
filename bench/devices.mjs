// @ts-check
/**
 * Seconds of one run of a network on each device of this machine, and how far its result is from the CPU's.
 * Random weights: the full RCAN ×4 (10 groups of 20 blocks, 64 features) and the size of the models that ship (×2).
 *
 *   npm run build && node bench/devices.mjs [side of the small picture, default 128]
 */
import { readFileSync } from 'node:fs';
import { readCheckpoint, writeSafetensors } from '../dist/index.js';
import { build, optionsFrom, RCAN_DEFAULTS } from '../dist/models/rcan.js';
import { initialState, parameterCount } from '../dist/nn/block.js';
import { loadNetwork, shippedModelPath, shippedModels } from '../dist/node/index.js';
import { nodeRuntime } from '../dist/node/runtime.js';
import { relativeDifference } from '../dist/tensor.js';
import { medianSeconds } from './measure.mjs';

const side = Number(process.argv[2] ?? 128);
const shipped = shippedModels().find(({ scale }) => scale === 2);
if (!shipped) throw new Error('no model for ×2 ships');
const sizes = {
  'full RCAN ×4': { ...RCAN_DEFAULTS, scale: 4 },
  [`size of ${shipped.name}`]: optionsFrom(readCheckpoint(readFileSync(shippedModelPath(shipped)))),
};
const input = {
  data: Float32Array.from({ length: 3 * side * side }, (_, i) => (i * 37) % 256),
  dims: [1, 3, side, side],
};

for (const [title, options] of Object.entries(sizes)) {
  const network = build(options);
  // A third of the usual start: values hardly grow through 200 blocks, instead of tenfold.
  const checkpoint = writeSafetensors(initialState(network, () => 1 / 2 + (Math.random() - 1 / 2) / 3));
  console.log(`${title}, ${parameterCount(network).toLocaleString('en')} parameters, ${side}×${side}`);
  /** @type {Float32Array | undefined} */
  let expected;
  let reference = 0;
  for (const device of ['cpu', ...nodeRuntime.accelerators()]) {
    try {
      const opened = await loadNetwork(checkpoint, { device: /** @type {'cpu'} */ (device) });
      const output = (await opened.run(input)).data;
      const seconds = await medianSeconds(5, () => opened.run(input));
      await opened.dispose();
      expected ??= output;
      reference ||= seconds;
      const difference = relativeDifference(output, expected).toExponential(1);
      console.log(
        `  ${device.padEnd(7)} ${seconds.toFixed(4)} s, ${(reference / seconds).toFixed(1)} times the CPU's speed, relative difference ${difference}`,
      );
    } catch (error) {
      console.log(`  ${device.padEnd(7)} ${error instanceof Error ? error.message : error}`);
    }
  }
}
