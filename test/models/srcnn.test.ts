import { describe, expect, it } from 'vitest';
import { identify } from '../../src/models/registry.ts';
import { build, SRCNN_DEFAULTS, type SrcnnOptions, srcnn } from '../../src/models/srcnn.ts';
import { parameterCount, parameterSpecs } from '../../src/nn/block.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: SrcnnOptions = { ...SRCNN_DEFAULTS, features: 6, mappedFeatures: 4 };

describe('the networks of the paper', () => {
  // spec/03 §3.1; the paper leaves the biases out of its counts.
  it.each([
    [1, 8_129],
    [3, 24_513],
    [5, 57_281],
  ])('9-%i-5 has %i parameters', (middleKernel, parameters) => {
    const network = build({ ...SRCNN_DEFAULTS, middleKernel });
    expect(parameterCount(network)).toBe(parameters);
    expect([...parameterSpecs(network)].map(([key]) => key)).toEqual([
      'conv1.weight',
      'conv1.bias',
      'conv2.weight',
      'conv2.bias',
      'conv3.weight',
      'conv3.bias',
    ]);
  });
});

describeRoundTrip({
  architecture: srcnn,
  tiny: TINY,
  untold: ['scale', 'valueRange'],
  sets: [
    ...[1, 3, 5].flatMap((middleKernel) =>
      [1, 3].flatMap((colors) => [2, 3].map((scale) => ({ middleKernel, colors, scale }))),
    ),
    { scale: 7 },
    { features: 64, mappedFeatures: 32 },
    { features: 1, mappedFeatures: 1 },
    { valueRange: 255 },
    { middleKernel: 1, colors: 3, scale: 4, features: 3, valueRange: 255 },
  ],
});

it('gives the output that PyTorch gave', async () => {
  const recorded = readRecorded('srcnn');
  const found = identify(recorded.state);
  expect(found.options).toEqual({ ...SRCNN_DEFAULTS, middleKernel: 3, features: 4, mappedFeatures: 3 });
  await expectRecorded(found, recorded);
});

describe('the scale, which weights do not tell', () => {
  const state = randomState(build(TINY));

  it('is guessed, and said', () => {
    const { options, guessed } = identify(state);
    expect(options.scale).toBe(2);
    expect(guessed).toEqual([
      'scale 2 is a guess: weights of SRCNN fit any enlargement and do not tell the one that they are for',
    ]);
  });

  it('is the one of the command line, but what is known for sure wins', () => {
    expect(identify(state, { defaultScale: 3 })).toMatchObject({ options: { scale: 3 }, guessed: [] });
    const known = identify(state, { defaultScale: 3, options: { scale: 4 } });
    expect(known).toMatchObject({ options: { scale: 4 }, guessed: [] });
  });

  it('must be a positive integer', () => {
    expect(() => identify(state, { defaultScale: 1.5 })).toThrow(
      'srcnn: the option scale must be a positive integer, found 1.5',
    );
  });
});

describe('what is not SRCNN', () => {
  it('has other kernels', () => {
    const state = randomState(build(TINY));
    state.set('conv1.weight', { dims: [6, 1, 7, 7], data: new Float32Array(294) });
    expect(() => identify(state)).toThrow(/SRCNN \(no conv1\.weight of 9×9\)/);
    const wide = randomState(build(TINY));
    wide.set('conv2.weight', { dims: [4, 6, 7, 7], data: new Float32Array(1176) });
    expect(() => identify(wide)).toThrow('srcnn: the option middleKernel must be 1, 3 or 5, found 7');
  });

  it('has other colours', () => {
    expect(() => build({ ...TINY, colors: 2 })).toThrow('colors must be 1 (Y) or 3 (RGB), found 2');
  });
});
