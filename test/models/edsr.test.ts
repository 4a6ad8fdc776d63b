import { describe, expect, it } from 'vitest';
import { build, EDSR_DEFAULTS, EDSR_FULL, type EdsrOptions, edsr } from '../../src/models/edsr.ts';
import { identify } from '../../src/models/registry.ts';
import { parameterCount, parameterSpecs } from '../../src/nn/block.ts';
import type { StateDict } from '../../src/tensor.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: EdsrOptions = { ...EDSR_DEFAULTS, residualBlocks: 3, features: 8 };

describe('the networks of the paper', () => {
  // spec/02 §2.3, with the 24 numbers of the two mean shifts.
  it.each([
    ['baseline', EDSR_DEFAULTS, 2, 1_369_859],
    ['baseline', EDSR_DEFAULTS, 3, 1_554_499],
    ['baseline', EDSR_DEFAULTS, 4, 1_517_571],
    ['full', EDSR_FULL, 2, 40_729_603],
    ['full', EDSR_FULL, 3, 43_680_003],
    ['full', EDSR_FULL, 4, 43_089_923],
  ] as const)('%s %# ×%i', (_, options, scale, parameters) => {
    expect(parameterCount(build({ ...options, scale }))).toBe(parameters + 24);
  });

  it('register their parameters in the order of the original', () => {
    const keys = [...parameterSpecs(build({ ...EDSR_DEFAULTS, scale: 4 }))].map(([key]) => key);
    expect(keys.slice(4, 8)).toEqual([
      'head.0.weight',
      'head.0.bias',
      'body.0.body.0.weight',
      'body.0.body.0.bias',
    ]);
    expect(keys.slice(-8)).toEqual([
      'body.16.weight',
      'body.16.bias',
      'tail.0.0.weight',
      'tail.0.0.bias',
      'tail.0.2.weight',
      'tail.0.2.bias',
      'tail.1.weight',
      'tail.1.bias',
    ]);
  });
});

describeRoundTrip({
  architecture: edsr,
  tiny: TINY,
  untold: ['resScale'],
  sets: [
    ...[1, 2, 3, 4, 8].map((scale) => ({ scale })),
    { residualBlocks: 1 },
    { residualBlocks: 12 },
    { features: 1 },
    { features: 20, scale: 3 },
    { valueRange: 1 },
    { valueRange: 1, scale: 8 },
    { resScale: 0.1 },
    { resScale: 2 },
    { resScale: 0.25, residualBlocks: 32, scale: 4 },
    { residualBlocks: 2, features: 4, scale: 16 },
    { resScale: 0.1, features: 12, residualBlocks: 5, valueRange: 1, scale: 4 },
  ],
});

describe('residual scaling, which weights do not tell', () => {
  /** The shapes alone of a network: the full one is large. */
  const shapesOf = (options: EdsrOptions): StateDict =>
    new Map(
      [...parameterSpecs(build(options))].map(([key, { shape }]) => [
        key,
        { dims: shape, data: Float32Array.from(key === 'sub_mean.bias' ? [114, 111, 103] : []) },
      ]),
    );

  it.each([
    [EDSR_DEFAULTS, 1],
    [{ ...EDSR_FULL, residualBlocks: 16 }, 1],
    [{ ...EDSR_DEFAULTS, residualBlocks: 32 }, 1],
    [EDSR_FULL, 0.1],
  ])('is guessed from the size, and said: %o', (options, resScale) => {
    const found = identify(shapesOf(options));
    expect(found.options).toMatchObject({ resScale });
    expect(found.guessed).toEqual([
      `resScale ${resScale} is a guess: weights do not tell it; published networks have 0.1 with 32 blocks of 256 features, else 1`,
    ]);
  });

  it('must be a positive number', () => {
    for (const resScale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => build({ ...TINY, resScale })).toThrow(
        `edsr: the option resScale must be a positive number, found ${resScale}`,
      );
    expect(() => build({ ...TINY, residualBlocks: 1.5 })).toThrow(
      'edsr: the option residualBlocks must be a positive integer, found 1.5',
    );
    expect(() => build({ ...TINY, colors: 1 })).toThrow('colors must be 3');
  });
});

describe('a tiny network run by PyTorch', () => {
  const recorded = readRecorded('edsr');

  it('gives the same output', async () => {
    await expectRecorded(identify(recorded.state, { options: { resScale: 0.1 } }), recorded);
  });

  it("gives the same output under BasicSR's names", async () => {
    const found = identify(toBasicSr(recorded.state, 3), { options: { resScale: 0.1 } });
    expect([...found.state.keys()]).toEqual([...recorded.state.keys()]);
    expect(found.guessed).toEqual([
      'valueRange 255 is a guess: the file holds no mean shift; the published networks work on 0..255',
    ]);
    await expectRecorded(found, recorded);
  });
});

describe('options that are asked for', () => {
  const state = randomState(build(TINY));

  it('are refused where the network has no such option, or of another kind', () => {
    expect(() => identify(state, { options: { reduction: 16 } })).toThrow(
      'EDSR has no option reduction: expected scale, colors, valueRange, residualBlocks, features, resScale',
    );
    expect(() => identify(state, { options: { resScale: true } })).toThrow(
      'EDSR: the option resScale must be a number, found true',
    );
  });

  it('may be left undefined', () => {
    expect(identify(state, { options: { scale: undefined } }).options.scale).toBe(2);
  });
});

/** Written independently of the program (spec/02 §2.2): official names become BasicSR's. */
function toBasicSr(state: StateDict, blocks: number): StateDict {
  const renamed: StateDict = new Map();
  for (const [key, tensor] of state) {
    if (/^(sub|add)_mean/.test(key)) continue;
    const name = key
      .replace('head.0.', 'conv_first.')
      .replace(new RegExp(`^body\\.${blocks}\\.`), 'conv_after_body.')
      .replace('.body.0.', '.conv1.')
      .replace('.body.2.', '.conv2.')
      .replace('tail.0.', 'upsample.')
      .replace('tail.1.', 'conv_last.');
    renamed.set(name, tensor);
  }
  return renamed;
}
