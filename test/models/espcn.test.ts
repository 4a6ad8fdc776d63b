import { describe, expect, it } from 'vitest';
import { build, ESPCN_DEFAULTS, type EspcnOptions, espcn } from '../../src/models/espcn.ts';
import { identify } from '../../src/models/registry.ts';
import { parameterCount, parameterSpecs } from '../../src/nn/block.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: EspcnOptions = { ...ESPCN_DEFAULTS, features: 6, mappedFeatures: 4 };

describe('the network of the paper', () => {
  // spec/03 §3.2
  it.each([
    [2, 21_284],
    [3, 22_729],
    [4, 24_752],
    [8, 38_624],
  ])('×%i has %i parameters', (scale, parameters) => {
    for (const finalSigmoid of [false, true])
      expect(parameterCount(build({ ...ESPCN_DEFAULTS, scale, finalSigmoid }))).toBe(parameters);
  });

  it.each([
    [false, ['first_part.0', 'first_part.2', 'last_part.0']],
    [true, ['conv1', 'conv2', 'conv3']],
  ])('with finalSigmoid %s has the names of the code that ends so', (finalSigmoid, layers) => {
    const keys = [...parameterSpecs(build({ ...ESPCN_DEFAULTS, finalSigmoid }))].map(([key]) => key);
    expect(keys).toEqual(layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  });
});

describeRoundTrip({
  architecture: espcn,
  tiny: TINY,
  untold: ['valueRange'],
  sets: [
    ...[2, 3, 4, 8].flatMap((scale) =>
      [1, 3].flatMap((colors) => [false, true].map((finalSigmoid) => ({ scale, colors, finalSigmoid }))),
    ),
    { scale: 1 },
    { features: 64, mappedFeatures: 32 },
    { valueRange: 255 },
    { scale: 5, colors: 3, finalSigmoid: true, features: 3 },
  ],
});

describe('tiny networks run by PyTorch', () => {
  it.each([
    ['espcn', { scale: 3, colors: 3, finalSigmoid: false }],
    ['espcn-sigmoid', { scale: 2, colors: 1, finalSigmoid: true }],
  ])('%s', async (name, options) => {
    const recorded = readRecorded(name);
    const found = identify(recorded.state);
    expect(found.options).toEqual({ ...ESPCN_DEFAULTS, ...options, features: 4, mappedFeatures: 3 });
    expect(found.guessed).toEqual([]);
    await expectRecorded(found, recorded);
  });
});

it('can be told which function it is, against its names', () => {
  for (const finalSigmoid of [false, true]) {
    const state = randomState(build({ ...TINY, finalSigmoid }));
    const found = identify(state, { options: { finalSigmoid: !finalSigmoid } });
    expect(found.options).toMatchObject({ finalSigmoid: !finalSigmoid });
    expect([...found.state.keys()]).toEqual(
      [...parameterSpecs(build({ ...TINY, finalSigmoid: !finalSigmoid }))].map(([key]) => key),
    );
  }
});

it('is no network whose last layer is not a square of phases', () => {
  const state = randomState(build(TINY));
  state.set('last_part.0.weight', { dims: [6, 4, 3, 3], data: new Float32Array(216) });
  expect(() => identify(state)).toThrow(/espcn: the option scale must be a positive integer, found 2\.449/);
});
