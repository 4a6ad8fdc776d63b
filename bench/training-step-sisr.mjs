// @ts-check
/** sisr's side of training-step.mjs: takes a training step for every line that it reads. */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { createTrainer } from '../dist/node/create-trainer.js';

const { architecture, options, batch, patch, threads } = JSON.parse(process.argv[2] ?? '');
/** @param {number} side */
const pictures = (side) => ({
  dims: [batch, 3, side, side],
  data: Float32Array.from({ length: 3 * batch * side * side }, () => 255 * Math.random()),
});
const pair = { input: pictures(patch), target: pictures(options.scale * patch) };
const trainer = await createTrainer({ architecture, options }, { threads });

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
console.log(JSON.stringify({ version: `ONNX Runtime ${version}` }));
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const { loss } = await trainer.step(pair);
  console.log(JSON.stringify({ loss, seconds: (performance.now() - start) / 1000 }));
}
await trainer.dispose();
