import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { createTrainer } from '../../src/node/create-trainer.ts';
import type { TrainerOptions } from '../../src/train/create-trainer.ts';
import { tinyRcan } from '../models/tiny.ts';
import { openTrainer, randomBatch } from './engine/trainers.ts';

const TINY = tinyRcan({ residualBlocks: 1 });

async function expectRefused(refused: Promise<unknown>, message: string): Promise<void> {
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(message);
}

const adam = (options: object): TrainerOptions => ({ optimizer: { name: 'adam', ...options } });

describe('a trainer refuses', () => {
  it.each<[TrainerOptions, string]>([
    [adam({ lr: Number.NaN }), 'learning rate: expected a number above 0, found NaN'],
    [adam({ lr: -1 }), 'learning rate: expected a number above 0, found -1'],
    [adam({ lr: Number.POSITIVE_INFINITY }), 'learning rate: expected a number above 0, found Infinity'],
    [adam({ lr: '1e-4' }), 'learning rate: expected a number above 0, found 1e-4'],
    [adam({ betas: [2, 0.9] }), 'betas: expected two numbers from 0 to below 1, found 2,0.9'],
    [adam({ betas: [0.9] }), 'betas: expected two numbers from 0 to below 1, found 0.9'],
    [adam({ eps: 0 }), 'eps: expected a number above 0, found 0'],
    [adam({ weightDecay: Number.NaN }), 'weight decay: expected a number of 0 or more, found NaN'],
    [{ optimizer: { name: 'sgd', momentum: -1 } }, 'momentum: expected a number of 0 or more, found -1'],
    [{ clip: 0 }, 'clip: expected a number above 0, found 0'],
    [{ memory: Number.NaN }, 'memory: expected a number above 0, found NaN'],
    [{ ema: 2 }, 'ema: expected a number from 0 to below 1, found 2'],
    [{ seed: Number.NaN }, 'seed: expected a whole number, found NaN'],
    [{ threads: 0 }, 'threads: expected a whole number of 1 or more, found 0'],
    [{ checkpointing: 'yes' as 'on' }, 'checkpointing: expected auto, on or off, found yes'],
    [{ device: 'gpu' as 'cuda' }, 'device: expected auto, cuda, dml, coreml, webgpu, cpu, found gpu'],
    // Built for Windows alone.
    [{ device: 'dml' }, 'the device dml does not work here: '],
  ])('%o', (options, message) => expectRefused(createTrainer(TINY, options), message));

  it('a step with a rate that is no number, and gradients before the first step', async () => {
    const trainer = await openTrainer(TINY, { device: 'auto' });
    const step = trainer.step(randomBatch(1), { learningRate: Number.NaN });
    await expectRefused(step, 'learning rate: expected a number of 0 or more, found NaN');
    expect(await trainer.stateDict()).toEqual(TINY.state);
    await expectRefused(
      trainer.gradients(),
      'gradients: expected a step before they are asked for, found none',
    );
  });
});
