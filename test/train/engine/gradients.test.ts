import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorkspace } from '../../../src/node/workspace.ts';
import type { OpenWorkspace } from '../../../src/runtime/workspace.ts';
import type { StateDict } from '../../../src/tensor.ts';
import { createTrainer, type NetworkSpec, type TrainerOptions } from '../../../src/train/create-trainer.ts';
import { relativeNorm } from '../../difference.ts';
import { tinyNetwork } from '../../models/tiny.ts';
import { below, recordedNetwork, recordedTensors } from './recorded.ts';
import { openTrainer, randomBatch } from './trainers.ts';

/** Exactly zero: softmax does not notice what is added to all keys. What is found instead is rounding. */
const ZERO_GRADIENT = 'non_local.non_local.phi.0.bias';

/** What the trainer takes off the memory for the process before anything of the network. */
const PROCESS_BYTES = 300 * 1024 ** 2;

/** The largest difference of the gradients of a parameter. */
function difference(found: StateDict, expected: StateDict): number {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  const differences = [...expected]
    .filter(([key]) => key !== ZERO_GRADIENT)
    .map(([key, { data }]) => relativeNorm(found.get(key)!.data, data));
  return Math.max(...differences);
}

describe('gradients of PyTorch in double precision (scripts/record_training.py)', () => {
  it.each([
    ['rcan', '1*L1'],
    ['edsr', '1*L1'],
    ['srcnn', '1*L1'],
    ['espcn', '0.5*L1+0.2*MSE+0.1*Charbonnier+3*SSIM'],
    ['espcn-sigmoid', '1*L1'],
    ['san', '1*L1'],
    ['han', '1*L1'],
  ])('%s, %s', async (name, loss) => {
    const recorded = recordedTensors(`gradients-${name}`);
    const { spec, batch } = recordedNetwork(name, recorded.get('target')!);
    const trainer = await openTrainer(spec, { loss });
    const { terms, loss: sum } = await trainer.step(batch);
    const expected = [...recorded.get('terms')!.data];
    expect(terms.length).toBe(expected.length);
    for (const [i, term] of expected.entries()) expect(terms[i]! / term).toBeCloseTo(1, 5);
    expect(sum).toBe(terms.reduce((total, term) => total + term));
    const found = await trainer.gradients();
    expect(difference(found, below('gradient.', recorded))).toBeLessThan(1e-5);
  });
});

describe('gradients are the same whether activations are kept or computed again', () => {
  // Of more values than a stage may have, so that there are several stages; and a memory that some of them fit into.
  it.each([
    ['rcan', { residualGroups: 4, residualBlocks: 7 }, 1.56e6],
    ['san', { residualGroups: 5, residualBlocks: 4 }, 0.9e6],
    ['han', { residualGroups: 4, residualBlocks: 7 }, 1.35e6],
  ])('%s %o', async (architecture, options, memory) => {
    const network = tinyNetwork(architecture, options);
    for (const [key, { data }] of network.state) if (/gamma$/.test(key)) data.fill(0.1);
    const off = await oneStep(network, { checkpointing: 'off' });
    const on = await oneStep(network, { checkpointing: 'on' });
    const some = await oneStep(network, { memory: PROCESS_BYTES + memory });
    expect(on.kept).toBe(0);
    expect(some.kept).toBeGreaterThan(0);
    expect(some.kept).toBeLessThan(off.kept);
    for (const { gradients } of [on, some]) expect(difference(gradients, off.gradients)).toBeLessThan(1e-5);
  });

  it('edsr, in one stage and in chunks of its chain of blocks', async () => {
    const network = tinyNetwork('edsr', { residualBlocks: 24 });
    const off = await oneStep(network, { checkpointing: 'off' });
    const on = await oneStep(network, { checkpointing: 'on' });
    expect([off.between, on.between]).toEqual([0, 3]);
    expect(difference(on.gradients, off.gradients)).toBeLessThan(1e-5);
  });
});

/** The gradients of a step, and how many tensors went between stages and were kept for the way back. */
async function oneStep(spec: NetworkSpec, options: TrainerOptions) {
  const written: string[] = [];
  const openListening: OpenWorkspace = async (settings) => {
    const workspace = await openWorkspace(settings);
    const run = workspace.run.bind(workspace);
    workspace.run = (calls) => {
      for (const { outputs } of calls) written.push(...Object.values(outputs).map(({ tensor }) => tensor));
      return run(calls);
    };
    return workspace;
  };
  const trainer = await createTrainer(spec, options, openListening);
  onTestFinished(() => trainer.dispose());
  await trainer.step(randomBatch(1));
  const count = (kind: string) => written.filter((name) => name.startsWith(kind)).length;
  return { gradients: await trainer.gradients(), between: count('wire'), kept: count('kept') };
}
