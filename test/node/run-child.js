/** Another process that works in a run, for tests which need one: `run-child.js create|save <root> <name> [floats]`. */
import { register } from 'node:module';

register('../typescript-workers/hooks.js', import.meta.url);
const { createRunDirectory } = await import('../../src/node/run-directory.ts');

const [action, root, name, floats = '1000'] = process.argv.slice(2);
/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

/** @param {boolean} resume */
const open = (resume) =>
  createRunDirectory({ root, name, resume, options: { action }, command: process.argv, note: () => {} });

/** Every number of a state is its step, so that a mixture of two would be seen. */
async function saveForEver() {
  const run = await open(true);
  let step = (await run.loadState())?.progress.step ?? 0;
  say('ready');
  for (;;) {
    step++;
    run.log(`[Epoch ${step}]`);
    run.event({ event: 'step', step, loss: 1 / step });
    /** @param {string} kind @returns {[string, { data: Float32Array, dims: number[] }]} */
    const tensor = (kind) => [
      `${kind}.body`,
      { data: new Float32Array(Number(floats)).fill(step), dims: [Number(floats)] },
    ];
    const tensors = new Map(['weights', 'moment1', 'moment2'].map(tensor));
    await run.saveState({ tensors, progress: { step, epoch: step } });
    say(`${step}`);
  }
}

try {
  if (action === 'create') {
    say('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    say((await open(false)).name);
  } else if (action === 'resume') {
    say('ready');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await open(true);
    say('resumed');
    await new Promise((resolve) => process.stdin.once('data', resolve));
  } else {
    await saveForEver();
  }
} catch (error) {
  say(`${error}`);
  process.exitCode = 1;
}
process.stdin.destroy();
