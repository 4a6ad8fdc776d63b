import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { createTrainer } from '../../../src/node/create-trainer.ts';
import type { OptimizerSpec } from '../../../src/train/optimizer-options.ts';
import { tinyRcan } from '../../models/tiny.ts';
import { flattened, recordedNetwork, recordedTensors } from './recorded.ts';
import { openTrainer } from './trainers.ts';

interface Case {
  title: string;
  optimizer: OptimizerSpec;
  clip?: number;
  steps: { loss: number; gradientNorm: number }[];
}

/** The largest difference of two weights: of those above 1, which the mean shift has, as a share of them. */
function difference(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  const differences = expected.map((value, i) => Math.abs(value - found[i]!) / Math.max(1, Math.abs(value)));
  return differences.reduce((most, value) => Math.max(most, value));
}

describe('five steps of PyTorch (scripts/record_training.py)', () => {
  const recorded = recordedTensors('optimizers');
  const { spec, batch } = recordedNetwork('rcan', recorded.get('target')!);
  const cases = JSON.parse(readFileSync('test/train/fixtures/optimizers.json', 'utf8')) as Case[];

  it.each(cases)('of $title', async ({ title, optimizer, clip, steps }) => {
    const trainer = await openTrainer(spec, { optimizer, ...(clip !== undefined && { clip }) });
    for (const { loss, gradientNorm } of steps) {
      const found = await trainer.step(batch);
      expect(found.loss / loss).toBeCloseTo(1, 5);
      expect(found.gradientNorm / gradientNorm).toBeCloseTo(1, 4);
    }
    const weights = flattened(await trainer.stateDict());
    expect(difference(weights, recorded.get(`after ${title}`)!.data)).toBeLessThan(1e-6);
  });
});

it('refuses an unknown optimiser', async () => {
  const optimizer = { name: 'lion' } as unknown as OptimizerSpec;
  const refused = createTrainer(tinyRcan(), { optimizer });
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow('optimizer: expected adam, adamw, sgd or rmsprop, found lion');
});
