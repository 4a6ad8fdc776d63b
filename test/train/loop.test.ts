import { expect, it } from 'vitest';
import { NotANumberError } from '../../src/errors.ts';
import type { StepOptions } from '../../src/train/engine/trainer.ts';
import { type Training, train } from '../../src/train/loop.ts';
import type { RunEvent } from '../../src/train/metrics.ts';
import type { TrainingOptions } from '../../src/train/options.ts';
import type { TrainingState } from '../../src/train/run.ts';
import { ORIGINAL_TRAINING } from './original-training.ts';

const OPTIONS = {
  ...ORIGINAL_TRAINING,
  network: { scale: 2, colors: 3, valueRange: 255 },
  epochs: 2,
  stepsPerEpoch: 40,
  schedule: { kind: 'step', learningRate: 8, everyEpochs: 100, gamma: 0.5 },
} as unknown as TrainingOptions;

/**
 * A training whose only weight counts the updates, and is spoilt from a step on as often as `spoilt` says.
 *
 * @param from number of the step whose update spoils the weight
 */
function training({ from, spoilt }: { from: number; spoilt: number }, state?: TrainingState) {
  let weight = 0;
  let left = spoilt;
  let taken = 0;
  const rates: number[] = [];
  const events: RunEvent[] = [];
  const notes: string[] = [];
  const saved: TrainingState[] = [];
  const abort = new AbortController();
  const asTensors = () => new Map([['weights.w', { data: Float32Array.of(weight), dims: [1] }]]);
  const setting: Training = {
    options: OPTIONS,
    trainer: {
      async step(_, { learningRate = 0 }: StepOptions = {}) {
        rates.push(learningRate);
        taken++;
        const skipped = Number.isNaN(weight);
        if (!skipped) weight++;
        if (weight === from && left-- > 0) weight = Number.NaN;
        return { loss: skipped ? Number.NaN : 1, terms: [1], gradientNorm: 1, skipped };
      },
      state: async () => ({ tensors: asTensors(), updates: weight }),
      averagedStateDict: async () => asTensors(),
      async load({ tensors }) {
        weight = tensors.get('weights.w')!.data[0]!;
      },
    },
    batches: { batch: async () => ({}) as never, waited: 0 },
    run: {
      folder: '',
      name: '',
      log() {},
      event: (event) => void events.push(event),
      saveState: async (given) => void saved.push(given),
      loadState: async () => undefined,
      saveModel: async () => '',
      saveResult: async () => '',
      drawPlots: async () => {},
      close: async () => {},
    },
    ...(state && { state }),
    watcher: {
      step() {},
      note: (text) => void notes.push(text),
    },
    memory: () => 0,
    signal: abort.signal,
  };
  return { setting, abort, rates, events, notes, saved, taken: () => taken };
}

it('goes back to the last good state with half the learning rate after ten skipped steps in a row', async () => {
  const { setting, rates, notes, saved } = training({ from: 50, spoilt: 1 });
  await expect(train(setting)).resolves.toBe('done');
  expect(notes).toEqual([
    '10 steps in a row were skipped: back to the last good state, with half the learning rate',
  ]);
  // 50 updates, 10 skipped steps, and 20 more from the state at the end of the first epoch.
  expect(rates).toEqual([...new Array<number>(60).fill(8), ...new Array<number>(20).fill(4)]);
  expect(saved.at(-1)!.tensors.get('weights.w')!.data[0]).toBe(60);
});

it('goes back beyond a state that was saved right after the update that spoilt it', async () => {
  const { setting, saved, rates } = training({ from: 40, spoilt: 1 });
  await expect(train(setting)).resolves.toBe('done');
  expect(rates).toEqual([...new Array<number>(50).fill(8), ...new Array<number>(30).fill(4)]);
  expect(saved.at(-1)!.tensors.get('weights.w')!.data[0]).toBe(30);
});

it('goes back where a validation gives NaN, and validates what it went back to', async () => {
  const { setting, saved, notes } = training({ from: 40, spoilt: 1 });
  const validated: [epoch: number, weight: number][] = [];
  await train({
    ...setting,
    async validate(weights, epoch) {
      const weight = weights.get('weights.w')!.data[0]!;
      validated.push([epoch, weight]);
      if (Number.isNaN(weight)) throw new NotANumberError('the network gave NaN');
      return { set: 'Set5', psnr: 30, bicubic: 29 };
    },
  });
  expect(notes).toEqual([
    'the validation of epoch 1 gave NaN: back to the last good state, with half the learning rate',
  ]);
  expect(validated).toEqual([
    [1, Number.NaN],
    [1, 0],
    [2, 40],
  ]);
  expect(saved.map(({ tensors }) => tensors.get('weights.w')!.data[0])).toEqual([0, 0, 40]);
});

it('goes back once where most steps of an epoch were skipped, also where its validation was interrupted', async () => {
  const first = training({ from: 0, spoilt: 0 });
  const { step } = first.setting.trainer;
  // Never ten in a row, but most of them.
  let taken = 0;
  first.setting.trainer.step = async (...given) =>
    taken++ % 3 === 0 ? step(...given) : { loss: 9, terms: [9], gradientNorm: 1, skipped: true };
  const interrupted: Training = {
    ...first.setting,
    async validate() {
      first.abort.abort();
      throw first.abort.signal.reason;
    },
  };
  await train(interrupted);
  expect(first.notes).toHaveLength(1);
  const second = training({ from: 0, spoilt: 0 }, first.saved.at(-1));
  await train(second.setting);
  expect(second.notes).toEqual([]);
  expect(new Set(second.rates)).toEqual(new Set([4]));
});

it('gives up a training that diverges after it went back three times', async () => {
  const { setting, rates } = training({ from: 5, spoilt: 10 });
  await expect(train(setting)).rejects.toThrow(/training diverges: .* after it went back 3 times/);
  expect([...new Set(rates)]).toEqual([8, 4, 2, 1]);
});

it('keeps the good state where it is stopped while steps are skipped', async () => {
  const { setting, abort, saved, events } = training({ from: 50, spoilt: 1 });
  const { step } = setting.trainer;
  setting.trainer.step = async (...given) => {
    const result = await step(...given);
    if (result.skipped) abort.abort();
    return result;
  };
  await expect(train(setting)).resolves.toBe('interrupted');
  expect(saved.map(({ progress }) => progress.step)).toEqual([0, 40]);
  expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'interrupted', step: 51 });
});

it('validates again where it was stopped in a validation', async () => {
  const first = training({ from: 0, spoilt: 0 });
  const setting: Training = {
    ...first.setting,
    async validate() {
      first.abort.abort();
      throw first.abort.signal.reason;
    },
  };
  await expect(train(setting)).resolves.toBe('interrupted');
  expect(first.saved.map(({ progress }) => [progress.step, progress.epoch])).toEqual([
    [0, 0],
    [40, 0],
  ]);

  const second = training({ from: 0, spoilt: 0 }, first.saved[1]);
  const validated: number[] = [];
  await train({
    ...second.setting,
    async validate(weights, epoch) {
      validated.push(epoch, weights.get('weights.w')!.data[0]!);
      return { set: 'Set5', psnr: 30, bicubic: 29 };
    },
  });
  expect(validated).toEqual([1, 40, 2, 80]);
  expect(second.taken()).toBe(40);
});

it('saves what it begins with, and not again when it goes on', async () => {
  const { setting, saved, events } = training({ from: 0, spoilt: 0 });
  await train(setting);
  expect(saved.map(({ progress }) => progress.step)).toEqual([0, 40, 80]);
  expect(events.slice(0, 2).map(({ event, step }) => [event, step])).toEqual([
    ['start', 0],
    ['checkpoint', 0],
  ]);
  const next = training({ from: 0, spoilt: 0 }, saved[1]);
  await train(next.setting);
  expect(next.saved.map(({ progress }) => progress.step)).toEqual([80]);
});

it('reports from the start of every epoch and at its end, each time with the rate of the step just done', async () => {
  const { setting, events } = training({ from: 0, spoilt: 0 });
  const schedule = { kind: 'step', learningRate: 8, everyEpochs: 1, gamma: 0.5 } as const;
  await train({ ...setting, options: { ...OPTIONS, schedule, printEvery: 15 } });
  const steps = events.filter(({ event }) => event === 'step');
  expect(steps.map(({ step, lr }) => [step, lr])).toEqual([
    [15, 8],
    [30, 8],
    [40, 8],
    [55, 4],
    [70, 4],
    [80, 4],
  ]);
});
