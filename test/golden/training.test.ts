/** Every network of ../shared/goldens: gradients, losses and weights of the original PyTorch code, reproduced. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSafetensors } from '../../src/formats/safetensors.ts';
import { createTrainer } from '../../src/node/create-trainer.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import type { StateDict } from '../../src/tensor.ts';
import { largestDifference, relativeNorm } from '../difference.ts';
import { describeShared, hasShared, shared } from '../shared.ts';

interface Meta {
  losses: number[];
  optimizer: { name: 'adam'; lr: number; betas: [number, number]; eps: number };
}

/**
 * Relative norm of the difference of gradients; relative difference of losses; difference of weights; and of what the
 * steps changed of all weights together, the norm of the difference relative to the norm.
 */
interface Tolerance {
  gradient: number;
  loss: number;
  weight: number;
  change: number;
}

const TOLERANCE: Tolerance = { gradient: 1e-4, loss: 1e-5, weight: 1e-5, change: 1e-4 };
/**
 * In SAN's non-local block the softmax takes dot products of some thousands, which float32 has to about 1e-4: its
 * weights, and all gradients through them, are right to about 2e-3. That is how far PyTorch's own numbers are from the
 * same network in float64; run again by PyTorch on another machine they differ by 4e-4. Adam divides small gradients
 * by their size, which makes their errors as large as steps: a weight may differ by all five.
 */
const SAN_TOLERANCE: Tolerance = { gradient: 4e-3, loss: 1e-3, weight: 1e-3, change: 0.3 };
/** Exactly zero: softmax does not notice what is added to all keys. Both sides have rounding instead. */
const ZERO_GRADIENT = 'non_local.non_local.phi.0.bias';

const NAMES = hasShared
  ? readdirSync(shared('goldens'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  : [];

const tensors = (name: string, file: string): StateDict =>
  parseSafetensors(readFileSync(shared(`goldens/${name}/${file}.safetensors`))).tensors;

function expectAlike(
  found: StateDict,
  expected: StateDict,
  tolerance: number,
  difference: (found: Float32Array, expected: Float32Array) => number,
): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  const beyond = [...expected]
    .map(([key, tensor]) => ({ key, difference: difference(found.get(key)!.data, tensor.data) }))
    .filter((entry) => !(entry.difference <= tolerance));
  expect(beyond).toEqual([]);
}

/** What training changed, all tensors one after the other. */
function changeOf(before: StateDict, after: StateDict): Float32Array {
  const changes = [...before].map(([key, { data }]) =>
    data.map((value, i) => after.get(key)!.data[i]! - value),
  );
  return Float32Array.from(changes.flatMap((change) => [...change]));
}

describeShared('training steps of PyTorch', () => {
  it.each(NAMES)('%s', async (name) => {
    const tolerance = name.startsWith('san') ? SAN_TOLERANCE : TOLERANCE;
    const { losses, optimizer } = JSON.parse(
      readFileSync(shared(`goldens/${name}/meta.json`), 'utf8'),
    ) as Meta;
    const io = tensors(name, 'io');
    const batch = { input: io.get('input')!, target: io.get('target')! };
    const gradients = tensors(name, 'grads');
    const network = await loadNetwork(shared(`goldens/${name}/state.pt`), { device: 'cpu' });
    // HAN's code freezes the mean shift.
    const trainMeanShift = gradients.has('sub_mean.weight');
    const trainer = await createTrainer(network, { loss: '1*L1', optimizer, trainMeanShift });
    try {
      for (const [step, loss] of losses.entries()) {
        const found = await trainer.step(batch);
        expect(Math.abs(found.loss / loss - 1)).toBeLessThan(tolerance.loss);
        if (step > 0) continue;
        const ours = await trainer.gradients();
        for (const state of [ours, gradients]) state.delete(ZERO_GRADIENT);
        expectAlike(ours, gradients, tolerance.gradient, relativeNorm);
      }
      const [after, expected] = [await trainer.stateDict(), tensors(name, 'after5')];
      expectAlike(after, expected, tolerance.weight, largestDifference);
      const change = (state: StateDict) => changeOf(network.state, state);
      expect(relativeNorm(change(after), change(expected))).toBeLessThan(tolerance.change);
    } finally {
      await trainer.dispose();
      await network.dispose();
    }
  });
});
