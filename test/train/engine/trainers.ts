/** Trainers for tests. */
import { onTestFinished } from 'vitest';
import { createTrainer } from '../../../src/node/create-trainer.ts';
import { elementCount, type Tensor } from '../../../src/tensor.ts';
import type { NetworkSpec, TrainerOptions } from '../../../src/train/create-trainer.ts';
import type { TrainingBatch } from '../../../src/train/engine/batch.ts';
import type { Trainer } from '../../../src/train/engine/trainer.ts';
import { randomSource } from '../../formats/mutate.ts';

/** A trainer that is disposed of when the test ends. */
export async function openTrainer(spec: NetworkSpec, options: TrainerOptions = {}): Promise<Trainer> {
  const trainer = await createTrainer(spec, options);
  onTestFinished(() => trainer.dispose());
  return trainer;
}

/** Random pictures on 0..255 for a network of scale 2. */
export function randomBatch(seed: number, height = 8, width = 8, count = 2): TrainingBatch {
  const random = randomSource(seed);
  const pictures = (...dims: number[]): Tensor => ({
    dims,
    data: Float32Array.from({ length: elementCount(dims) }, () => 255 * random()),
  });
  return { input: pictures(count, 3, height, width), target: pictures(count, 3, 2 * height, 2 * width) };
}
