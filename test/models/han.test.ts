import { describe, expect, it } from 'vitest';
import { build, HAN_DEFAULTS, type HanOptions, han } from '../../src/models/han.ts';
import { INPUT, networkProgram } from '../../src/models/program.ts';
import { build as buildRcan, RCAN_DEFAULTS } from '../../src/models/rcan.ts';
import { identify } from '../../src/models/registry.ts';
import { parameterCount, parameterSpecs } from '../../src/nn/block.ts';
import { relativeDifference } from '../../src/tensor.ts';
import { runValue } from '../run-value.ts';
import { ramp, split } from './batches.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: HanOptions = {
  ...HAN_DEFAULTS,
  residualGroups: 2,
  residualBlocks: 1,
  features: 8,
  reduction: 4,
};

describe('the full network', () => {
  // spec/05 §5.3 and 5.4: 15.92 M, 16.11 M, 16.07 M, 16.22 M with the mean shift.
  it.each([
    [2, 15_924_057, 1640],
    [3, 16_108_697, 1640],
    [4, 16_071_769, 1642],
    [8, 16_219_481, 1644],
  ])('×%i has %i parameters in %i tensors', (scale, parameters, tensors) => {
    const network = build({ ...HAN_DEFAULTS, scale });
    expect(parameterCount(network)).toBe(parameters);
    expect([...parameterSpecs(network)].length).toBe(tensors);
  });

  it('registers its parameters in the order of the original', () => {
    const keys = [...parameterSpecs(build(HAN_DEFAULTS))].map(([key]) => key);
    expect(keys.slice(-14)).toEqual([
      'body.10.weight',
      'body.10.bias',
      'csa.gamma',
      'csa.conv.weight',
      'csa.conv.bias',
      'la.gamma',
      'last_conv.weight',
      'last_conv.bias',
      'last.weight',
      'last.bias',
      'tail.0.0.weight',
      'tail.0.0.bias',
      'tail.1.weight',
      'tail.1.bias',
    ]);
    const shapes = new Map([...parameterSpecs(build(HAN_DEFAULTS))].map(([key, { shape }]) => [key, shape]));
    expect(shapes.get('last_conv.weight')).toEqual([64, 704, 3, 3]);
  });
});

describeRoundTrip({
  architecture: han,
  tiny: TINY,
  sets: [
    ...[1, 2, 3, 4, 8].map((scale) => ({ scale })),
    { residualGroups: 1 },
    { residualGroups: 10 },
    { residualBlocks: 3 },
    { residualGroups: 4, residualBlocks: 2, scale: 4 },
    { features: 16, reduction: 16 },
    { features: 12, reduction: 3 },
    { features: 3, reduction: 3 },
    { valueRange: 1 },
    { valueRange: 1, scale: 3 },
    { features: 4, reduction: 1 },
    { residualGroups: 3, residualBlocks: 2, features: 9, scale: 8 },
  ],
});

it('gives what PyTorch gave, for each picture of a batch (scripts/record_san_han.py)', async () => {
  const recorded = readRecorded('han');
  const found = identify(recorded.state);
  expect(found.options).toEqual({ ...TINY, features: 10, reduction: 5, valueRange: 1 });
  await expectRecorded(found, recorded);
});

describe('RCAN and HAN, whose keys include the others', () => {
  const rcanState = randomState(buildRcan({ ...RCAN_DEFAULTS, ...TINY }));
  const hanState = randomState(build(TINY));

  it('are told apart', () => {
    expect(identify(rcanState).architecture.id).toBe('rcan');
    expect(identify(hanState).architecture.id).toBe('han');
  });

  it('are not taken for each other when asked to', () => {
    expect(() => identify(rcanState, { architecture: 'han' })).toThrow(
      'not HAN: csa.gamma, la.gamma, last_conv.weight not found',
    );
    expect(() => identify(hanState, { architecture: 'rcan' })).toThrow(
      'the tensors are not those of RCAN: 8 unexpected: csa.gamma,',
    );
  });
});

it('gives a batch what it gives each picture, also where attention is all or nothing', async () => {
  const network = build(TINY);
  const state = randomState(network);
  state.get('la.gamma')!.data.fill(0.5);
  state.get('csa.gamma')!.data.fill(0.5);
  const program = networkProgram(network, TINY);
  const batch = ramp([2, 3, 9, 11], TINY.valueRange);
  const together = await runValue(program, { [INPUT]: batch }, state);
  for (const [i, single] of split(batch).entries()) {
    const alone = await runValue(program, { [INPUT]: single }, state);
    expect(relativeDifference(split(together)[i]!.data, alone.data)).toBeLessThan(1e-5);
  }
});

it('says which layers its weights are for', () => {
  const state = randomState(build(TINY));
  const wide = randomState(build({ ...TINY, residualGroups: 10 })).get('last_conv.weight')!;
  state.set('last_conv.weight', wide);
  expect(() => identify(state)).toThrow('last_conv.weight (expected [8, 24, 3, 3], found [8, 88, 3, 3])');
});
