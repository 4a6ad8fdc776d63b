import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { StateDict } from '../../../src/tensor.ts';
import type { TrainingBatch } from '../../../src/train/engine/batch.ts';
import { largestDifference, relativeNorm } from '../../difference.ts';
import { tinyNetwork, tinyRcan } from '../../models/tiny.ts';
import { openTrainer, randomBatch } from './trainers.ts';

const TINY = tinyRcan({ residualBlocks: 1 });
const BATCH = randomBatch(1);

/** With one number that is none, as a corrupt picture may give. */
function withNaN({ input, target }: TrainingBatch): TrainingBatch {
  return { input: { dims: input.dims, data: Float32Array.from(input.data).fill(Number.NaN, 5, 6) }, target };
}

/** The keys of the tensors that are not the same in both. */
function changed(before: StateDict, after: StateDict): string[] {
  expect([...after.keys()]).toEqual([...before.keys()]);
  return [...before.keys()].filter(
    (key) => largestDifference(before.get(key)!.data, after.get(key)!.data) > 0,
  );
}

describe('the state of a trainer', () => {
  const options = { optimizer: { name: 'adamw', lr: 1e-3 }, ema: 0.9 } as const;

  it('goes on bit by bit as if there had been no break', async () => {
    const unbroken = await openTrainer(TINY, options);
    for (let i = 0; i < 3; i++) await unbroken.step(randomBatch(i));
    const state = await unbroken.state();
    expect(state.updates).toBe(3);
    const resumed = await openTrainer(tinyRcan({ residualBlocks: 1 }), { ...options, seed: 2 });
    await resumed.load(state);
    for (let i = 3; i < 5; i++)
      expect(await resumed.step(randomBatch(i))).toEqual(await unbroken.step(randomBatch(i)));
    expect(await resumed.stateDict()).toEqual(await unbroken.stateDict());
    expect(await resumed.averagedStateDict()).toEqual(await unbroken.averagedStateDict());
    expect(await resumed.state()).toEqual(await unbroken.state());
  });

  it('is a copy, and takes a trainer back', async () => {
    const trainer = await openTrainer(TINY, options);
    await trainer.step(BATCH);
    const state = await trainer.state();
    const next = await trainer.step(BATCH);
    await trainer.step(BATCH);
    await trainer.load(state);
    expect(await trainer.state()).toEqual(state);
    expect(await trainer.step(BATCH)).toEqual(next);
  });

  it('of another network is refused, and nothing is changed', async () => {
    const trainer = await openTrainer(TINY, options);
    const other = await openTrainer(tinyRcan({ residualBlocks: 1, features: 16 }), options);
    const before = await trainer.state();
    const refused = trainer.load(await other.state());
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(
      'the stored training is that of another network: head.0.weight is [16, 3, 3, 3], expected [8, 3, 3, 3]',
    );
    expect(await trainer.state()).toEqual(before);
  });

  it('starts what it does not hold anew', async () => {
    const trainer = await openTrainer(TINY, options);
    const start = await trainer.state();
    const first = await trainer.step(BATCH);
    await trainer.load({ tensors: new Map(), updates: 0 });
    expect(await trainer.state()).toEqual(start);
    expect(await trainer.step(BATCH)).toEqual(first);
  });

  it('begins with the weights given, zeros for moments and the weights for the average', async () => {
    const trainer = await openTrainer(TINY, options);
    expect(await trainer.stateDict()).toEqual(TINY.state);
    expect(await trainer.averagedStateDict()).toEqual(TINY.state);
    const { tensors } = await trainer.state();
    const kinds = ['weights', 'moment1', 'moment2', 'ema'];
    expect(new Set([...tensors.keys()].map((key) => key.split('.')[0]))).toEqual(new Set(kinds));
    const moments = [...tensors].filter(([key]) => key.startsWith('moment'));
    expect(moments.length).toBe(2 * TINY.state.size);
    expect(moments.every(([, { data }]) => data.every((value) => value === 0))).toBe(true);
  });
});

describe('a batch that is left out', () => {
  it.each([
    ['for NaN', withNaN(BATCH), {}],
    ['for a loss that is too large', BATCH, { skipFrom: 1 }],
    ['for a limit that is none', BATCH, { skipFrom: Number.NaN }],
  ])('%s changes nothing', async (_, batch, step) => {
    const trainer = await openTrainer(TINY, { ema: 0.9 });
    const untouched = await openTrainer(TINY, { ema: 0.9 });
    for (const each of [trainer, untouched]) expect((await each.step(BATCH)).skipped).toBe(false);
    const before = await trainer.state();
    expect((await trainer.step(batch, step)).skipped).toBe(true);
    expect(await trainer.state()).toEqual(before);
    expect(await trainer.step(BATCH)).toEqual(await untouched.step(BATCH));
  });

  it('is the one whose loss reaches the limit', async () => {
    const trainer = await openTrainer(TINY);
    const { loss } = await trainer.step(BATCH, { learningRate: 0 });
    expect((await trainer.step(BATCH, { skipFrom: loss })).skipped).toBe(true);
    expect((await trainer.step(BATCH, { skipFrom: 1.0001 * loss })).skipped).toBe(false);
  });
});

describe('the average of the weights', () => {
  it('follows its formula after every step, over few steps at first', async () => {
    const ema = 0.28;
    const trainer = await openTrainer(TINY, { ema, optimizer: { name: 'adam', lr: 1e-2 } });
    const expected = new Map([...TINY.state].map(([key, { data }]) => [key, Array.from(data)]));
    for (let i = 0; i < 3; i++) {
      await trainer.step(randomBatch(i));
      // Of the first step 2 / 11, of the second 3 / 12, of the third what was asked for.
      const decay = Math.min(ema, (2 + i) / (11 + i));
      for (const [key, { data }] of await trainer.stateDict())
        expected.set(
          key,
          expected.get(key)!.map((old, j) => decay * old + (1 - decay) * data[j]!),
        );
      for (const [key, { data }] of await trainer.averagedStateDict())
        expect(relativeNorm(data, Float32Array.from(expected.get(key)!)), key).toBeLessThan(1e-6);
    }
    const weights = await trainer.stateDict();
    expect(changed(weights, await trainer.averagedStateDict()).length).toBe(TINY.state.size);
  });

  it('is the weights where none is kept', async () => {
    const trainer = await openTrainer(TINY);
    await trainer.step(BATCH);
    expect(await trainer.averagedStateDict()).toEqual(await trainer.stateDict());
  });
});

describe('the learning rate', () => {
  it('of a step takes the place of the one in the settings', async () => {
    const [given, set] = [
      await openTrainer(TINY),
      await openTrainer(TINY, { optimizer: { name: 'adam', lr: 1e-2 } }),
    ];
    await given.step(BATCH, { learningRate: 1e-2 });
    await set.step(BATCH);
    expect(await given.stateDict()).toEqual(await set.stateDict());
  });

  it('of 0 changes no weights', async () => {
    const trainer = await openTrainer(TINY);
    await trainer.step(BATCH, { learningRate: 0 });
    expect(await trainer.stateDict()).toEqual(TINY.state);
  });
});

describe('clipping', () => {
  it('leaves smaller gradients alone', async () => {
    const [free, clipped] = [await openTrainer(TINY), await openTrainer(TINY, { clip: 1e6 })];
    expect(await clipped.step(BATCH)).toEqual(await free.step(BATCH));
    expect(await clipped.stateDict()).toEqual(await free.stateDict());
  });

  it('says the norm before it, and gives the gradients before it', async () => {
    const trainer = await openTrainer(TINY, { clip: 1e-3 });
    const { gradientNorm } = await trainer.step(BATCH);
    const squares = [...(await trainer.gradients()).values()].map(({ data }) =>
      data.reduce((sum, x) => sum + x * x, 0),
    );
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square));
    expect(norm).toBeGreaterThan(1);
    expect(gradientNorm / norm).toBeCloseTo(1, 5);
  });
});

describe('the mean shift', () => {
  const isMeanShift = (key: string) => /^(?:sub|add)_mean\./.test(key);

  it('is trained with the rest, as the original does', async () => {
    const trainer = await openTrainer(TINY, { trainMeanShift: true });
    await trainer.step(BATCH);
    expect(changed(TINY.state, await trainer.stateDict())).toEqual([...TINY.state.keys()]);
  });

  it('stays as it is where that is wanted', async () => {
    const trainer = await openTrainer(TINY, { trainMeanShift: false, ema: 0.5 });
    await trainer.step(BATCH);
    const trained = [...TINY.state.keys()].filter((key) => !isMeanShift(key));
    for (const state of [await trainer.stateDict(), await trainer.averagedStateDict()])
      expect(changed(TINY.state, state)).toEqual(trained);
    expect([...(await trainer.gradients()).keys()].sort()).toEqual(trained.sort());
  });
});

describe('parameters that no output depends on', () => {
  it('have no gradient, and are kept', async () => {
    const san = tinyNetwork('san');
    const trainer = await openTrainer(san);
    await trainer.step(BATCH);
    expect((await trainer.gradients()).has('conv_last.weight')).toBe(false);
    const after = await trainer.stateDict();
    expect([...after.keys()]).toEqual([...san.state.keys()]);
    expect(after.get('conv_last.weight')).toEqual(san.state.get('conv_last.weight'));
  });
});

describe('batches', () => {
  it('of two shapes are trained with by one trainer', async () => {
    const [both, one] = [await openTrainer(TINY), await openTrainer(TINY)];
    const other = randomBatch(2, 6, 10, 3);
    for (const batch of [BATCH, other, BATCH]) await both.step(batch, { learningRate: 0 });
    const again = await both.step(other, { learningRate: 0 });
    expect(again).toEqual(await one.step(other, { learningRate: 0 }));
    expect(await both.gradients()).toEqual(await one.gradients());
  });

  const { input, target } = BATCH;
  it.each([
    [
      'grey pictures',
      { input: { ...input, dims: [6, 1, 8, 8] }, target },
      'input: expected a tensor [N, 3, H, W] with as many elements, found [6, 1, 8, 8] with 384',
    ],
    [
      'a picture without a batch',
      { input, target: { ...target, dims: [6, 16, 16] } },
      'target: expected a tensor [N, 3, H, W] with as many elements, found [6, 16, 16] with 1536',
    ],
    [
      'data of another length',
      { input, target: { ...target, dims: [2, 3, 16, 15] } },
      'target: expected a tensor [N, 3, H, W] with as many elements, found [2, 3, 16, 15] with 1536',
    ],
    [
      'another scale',
      { input: target, target },
      'target: expected the shape [2, 3, 32, 32], found [2, 3, 16, 16]',
    ],
    [
      'another number of targets',
      { input, target: { ...target, dims: [1, 3, 16, 32] } },
      'target: expected the shape [2, 3, 16, 16], found [1, 3, 16, 32]',
    ],
    ['no pictures', randomBatch(1, 8, 8, 0), 'input: expected at least one picture, found none'],
  ])('%s: refused by name', async (_, batch, message) => {
    const trainer = await openTrainer(TINY);
    const refused = trainer.step(batch);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
    expect((await trainer.step(BATCH)).skipped).toBe(false);
  });

  it('of pictures that are smaller than the network allows are refused', async () => {
    const trainer = await openTrainer(tinyNetwork('san'));
    await expect(trainer.step(randomBatch(1, 3, 9))).rejects.toThrow(
      'SAN needs pictures of at least 4×4 pixels, found 9×3',
    );
  });

  it('of pictures that are smaller than the window of SSIM are refused', async () => {
    const trainer = await openTrainer(TINY, { loss: '1*SSIM' });
    await expect(trainer.step(randomBatch(1, 5, 8))).rejects.toThrow(
      'the loss SSIM needs targets of at least 11×11 pixels, found 16×10',
    );
  });
});
