/** The lines of log.txt and config.txt; what Python prints for the same numbers was recorded with Python 3.11. */
import { describe, expect, it } from 'vitest';
import {
  configText,
  EVALUATION_LINE,
  epochLine,
  progressLine,
  scoreLine,
  timestamp,
  totalTimeLine,
} from '../../src/train/log.ts';

describe('lines of the log', () => {
  it('are those of the original', () => {
    const lines = [
      epochLine(1, 1e-4),
      progressLine({
        seen: 1600,
        total: 16000,
        losses: [['L1', 12.34562]],
        modelSeconds: 95.1,
        dataSeconds: 3.2,
      }),
      EVALUATION_LINE,
      scoreLine({ set: 'DIV2K', scale: 2, psnr: 34.567, best: { psnr: 34.6, epoch: 12 } }),
      totalTimeLine(23.449),
      epochLine(2, 1e-4),
    ];
    expect(lines.map((line) => `${line}\n`).join('')).toBe(
      '[Epoch 1]\tLearning rate: 1.00e-4\n' +
        '[1600/16000]\t[L1: 12.3456]\t95.1+3.2s\n' +
        '\nEvaluation:\n' +
        '[DIV2K x2]\tPSNR: 34.567 (Best: 34.600 @epoch 12)\n' +
        'Total time: 23.45s\n\n' +
        '[Epoch 2]\tLearning rate: 1.00e-4\n',
    );
    expect(totalTimeLine(5, 1.125)).toBe('Total time: 5.00s, ave time: 1.12s\n');
  });

  it('name every term of the loss', () => {
    const losses = new Map([
      ['L1', 1.5],
      ['MSE', 0.25],
      ['Total', 1.75],
    ]);
    const line = progressLine({ seen: 16, total: 32, losses, modelSeconds: 0, dataSeconds: 0 });
    expect(line).toBe('[16/32]\t[L1: 1.5000][MSE: 0.2500][Total: 1.7500]\t0.0+0.0s');
  });

  it.each([
    [1e-4, '1.00e-4'],
    [5e-5, '5.00e-5'],
    [1.25e-5, '1.25e-5'],
    [0.03125, '3.12e-2'],
    [0.09375, '9.38e-2'],
    [0.125, '1.25e-1'],
    [1.125, '1.12e+0'],
    [999.5, '1.00e+3'],
    [2.5e-8, '2.50e-8'],
    [100, '1.00e+2'],
  ])('write the learning rate %d as a Decimal: %s', (rate, text) => {
    expect(epochLine(7, rate)).toBe(`[Epoch 7]\tLearning rate: ${text}`);
  });

  it.each([
    [0.03125, '0.0312'],
    [0.09375, '0.0938'],
    [0.00005, '0.0001'],
    [1e-9, '0.0000'],
    [1234567.89135, '1234567.8913'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('round the loss %d half to even: %s', (loss, text) => {
    const line = {
      seen: 1,
      total: 2,
      losses: [['L1', loss]] as const,
      modelSeconds: 0.25,
      dataSeconds: 0.75,
    };
    expect(progressLine(line)).toBe(`[1/2]\t[L1: ${text}]\t0.2+0.8s`);
  });
});

describe('config.txt', () => {
  it('gives every option as Python prints it', () => {
    const options = {
      model: 'RCAN',
      pre_train: '.',
      reset: true,
      chop: false,
      scale: [2],
      lr: 1e-4,
      epsilon: 1e-8,
      small: -2.5e-7,
      tiny: 1e-10,
      epochs: 1000,
      res_scale: 0.1,
      threshold: Number.POSITIVE_INFINITY,
      nothing: undefined,
      texts: ["it's", true],
      nested: { a: 1, b: 'x' },
    };
    expect(configText(new Date(2018, 6, 1, 9, 5, 3), options)).toBe(
      '2018-07-01-09:05:03\n\n' +
        'model: RCAN\npre_train: .\nreset: True\nchop: False\nscale: [2]\nlr: 0.0001\nepsilon: 1e-08\n' +
        'small: -2.5e-07\ntiny: 1e-10\nepochs: 1000\nres_scale: 0.1\nthreshold: inf\nnothing: None\n' +
        'texts: ["it\'s", True]\n' +
        "nested: {'a': 1, 'b': 'x'}\n\n",
    );
  });

  it('has the time with leading zeros', () => {
    expect(timestamp(new Date(2024, 10, 30, 23, 0, 9))).toBe('2024-11-30-23:00:09');
  });
});
