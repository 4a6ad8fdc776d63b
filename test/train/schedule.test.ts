import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { learningRate, parseDecayType, type Schedule } from '../../src/train/schedule.ts';

const SETTINGS = { learningRate: 1e-4, everyEpochs: 200, gamma: 0.5 };
const STEPS = 10;
const firstStep = (epoch: number) => (epoch - 1) * STEPS;
const inEpoch = (schedule: Schedule, epoch: number) => learningRate(schedule, firstStep(epoch), STEPS);

describe('learningRate', () => {
  it.each([
    [1, 1e-4],
    [200, 1e-4],
    [201, 5e-5],
    [400, 5e-5],
    [401, 2.5e-5],
    [1000, 6.25e-6],
  ])('steps as PyTorch 0.4 does: epoch %i has %d', (epoch, expected) => {
    const schedule = parseDecayType('step', SETTINGS);
    expect(inEpoch(schedule, epoch)).toBeCloseTo(expected, 15);
    expect(learningRate(schedule, firstStep(epoch) + STEPS - 1, STEPS)).toBeCloseTo(expected, 15);
  });

  it.each([
    [200, 1e-4],
    [201, 1e-5],
    [300, 1e-5],
    [301, 1e-6],
  ])('lowers at milestones: epoch %i has %d', (epoch, expected) => {
    expect(inEpoch(parseDecayType('step_200_300', { ...SETTINGS, gamma: 0.1 }), epoch)).toBeCloseTo(
      expected,
      15,
    );
  });

  it('rises linearly and falls along a cosine', () => {
    const schedule: Schedule = {
      kind: 'cosine',
      learningRate: 1,
      minimum: 0.2,
      warmupSteps: 4,
      totalSteps: 12,
    };
    const rates = [0, 1, 2, 3, 4, 6, 8, 10, 12, 99].map((step) => learningRate(schedule, step, STEPS));
    const expected = [0.25, 0.5, 0.75, 1, 1, 0.8828427, 0.6, 0.3171573, 0.2, 0.2];
    rates.forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i]!, 6);
    });
  });

  it('starts at the full rate without warm-up', () => {
    const schedule: Schedule = {
      kind: 'cosine',
      learningRate: 1,
      minimum: 0,
      warmupSteps: 0,
      totalSteps: 10,
    };
    expect(learningRate(schedule, 0, STEPS)).toBe(1);
    expect(learningRate(schedule, 10, STEPS)).toBe(0);
  });
});

describe('parseDecayType', () => {
  it('reads the milestones', () => {
    expect(parseDecayType('step_200_400_600', SETTINGS)).toEqual({
      kind: 'multi-step',
      learningRate: 1e-4,
      milestones: [200, 400, 600],
      gamma: 0.5,
    });
  });

  it.each(['linear', 'step_', 'step_a', 'step_400_200', 'step_0', 'my_step_200'])('refuses %s', (text) => {
    expect(() => parseDecayType(text, SETTINGS)).toThrow(InputError);
    expect(() => parseDecayType(text, SETTINGS)).toThrow(
      `decay type ${text}: expected step, step_200_400 with rising epochs, or cosine`,
    );
  });
});
