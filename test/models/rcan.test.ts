import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { KeyMismatchError } from '../../src/models/complete-state.ts';
import { build, RCAN_DEFAULTS, type RcanOptions, rcan } from '../../src/models/rcan.ts';
import { architectureById, identify } from '../../src/models/registry.ts';
import { parameterCount, parameterSpecs } from '../../src/nn/block.ts';
import type { StateDict } from '../../src/tensor.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: RcanOptions = {
  ...RCAN_DEFAULTS,
  residualGroups: 2,
  residualBlocks: 3,
  features: 8,
  reduction: 4,
};

const stateOf = (options: RcanOptions) => randomState(build(options));

describe('the full network', () => {
  // spec/01 §1.5: 15.44 M, 15.63 M, 15.59 M, 15.74 M with the mean shift.
  it.each([
    [2, 15_444_667, 1632],
    [3, 15_629_307, 1632],
    [4, 15_592_379, 1634],
    [8, 15_740_091, 1636],
  ])('×%i has %i parameters in %i tensors', (scale, parameters, tensors) => {
    const network = build({ ...RCAN_DEFAULTS, scale });
    expect(parameterCount(network)).toBe(parameters);
    expect([...parameterSpecs(network)].length).toBe(tensors);
  });

  it('registers its parameters in the order of the original', () => {
    const keys = [...parameterSpecs(build(RCAN_DEFAULTS))].map(([key]) => key);
    expect(keys.slice(0, 6)).toEqual([
      'sub_mean.weight',
      'sub_mean.bias',
      'add_mean.weight',
      'add_mean.bias',
      'head.0.weight',
      'head.0.bias',
    ]);
    expect(keys.slice(-4)).toEqual(['tail.0.0.weight', 'tail.0.0.bias', 'tail.1.weight', 'tail.1.bias']);
    expect(keys).toContain('body.9.body.19.body.3.conv_du.2.bias');
  });
});

describeRoundTrip({
  architecture: rcan,
  tiny: TINY,
  sets: [
    ...[1, 2, 3, 4, 8].map((scale) => ({ scale })),
    { residualGroups: 1 },
    { residualBlocks: 1 },
    { residualGroups: 5, residualBlocks: 7 },
    { features: 16, reduction: 16 },
    { features: 12, reduction: 3 },
    { features: 32, reduction: 8, scale: 4 },
    { valueRange: 1 },
    { valueRange: 1, scale: 3 },
    { features: 4, reduction: 1 },
    { residualGroups: 12, residualBlocks: 2, scale: 8 },
  ],
});

describe('a tiny network run by PyTorch (scripts/record_rcan.py)', () => {
  const recorded = readRecorded('rcan');

  it.each([
    ['official names', (state: StateDict) => state],
    ["BasicSR's names", toBasicSr],
  ])('gives the same output under %s', async (_, rename) => {
    const found = identify(rename(recorded.state));
    await expectRecorded({ ...found, state: withMeanShiftOf(found.state, recorded.state) }, recorded);
  });
});

describe("BasicSR's files", () => {
  it('become the official ones, in the official order, with the nominal mean shift', () => {
    const official = stateOf(TINY);
    const { state, options, guessed } = identify(toBasicSr(official));
    expect(guessed).toEqual([
      expect.stringMatching(/^valueRange 255 is a guess: the file holds no mean shift/),
    ]);
    expect([...state.keys()]).toEqual([...official.keys()]);
    expect(options).toEqual(TINY);
    expect([...state.get('sub_mean.bias')!.data]).toEqual([...official.get('sub_mean.bias')!.data]);
    expect(state.get('body.1.body.3.weight')).toBe(official.get('body.1.body.3.weight'));
  });
});

describe('keys are strict', () => {
  it('lists what is missing, unexpected and wrongly shaped', () => {
    const state = stateOf(TINY);
    const stray = state.get('head.0.bias')!;
    state.delete('body.1.body.2.body.0.bias');
    state.set('stray.weight', stray);
    state.set('tail.1.bias', { dims: [1, 3], data: new Float32Array(3) });
    const attempt = () => identify(state);
    expect(attempt).toThrow(KeyMismatchError);
    expect(attempt).toThrow(
      'the tensors are not those of RCAN: 1 missing: body.1.body.2.body.0.bias; 1 unexpected: stray.weight; 1 wrongly shaped: tail.1.bias (expected [3], found [1, 3])',
    );
  });

  it('does not accept half a mean shift of another shape', () => {
    const state = stateOf(TINY);
    state.set('sub_mean.weight', { dims: [1], data: Float32Array.of(1) });
    expect(() => identify(state)).toThrow('sub_mean.weight (expected [3, 3, 1, 1], found [1])');
  });

  it('does not build what a forged file merely implies', () => {
    const state = stateOf(TINY);
    const stray = state.get('head.0.bias')!;
    for (let i = 0; i < 3000; i++) {
      state.set(`body.${i}.stray`, stray);
      state.set(`body.0.body.${i}.stray`, stray);
    }
    const attempt = () => identify(state);
    expect(attempt).toThrow(KeyMismatchError);
    // What was not looked at is not called unexpected.
    expect(attempt).not.toThrow('unexpected');
  });

  it('does not fail on a mean shift of any length', () => {
    const state = stateOf(TINY);
    state.set('sub_mean.bias', { dims: [2 ** 20], data: new Float32Array(2 ** 20) });
    expect(() => identify(state)).toThrow('sub_mean.bias (expected [3], found [1048576])');
  });

  it('says what was looked for and found where nothing fits', () => {
    const state: StateDict = new Map([['entry.weight', { dims: [1], data: Float32Array.of(1) }]]);
    expect(() => identify(state)).toThrow(
      /no known architecture fits: looked for .*RCAN \(no head\.0\.weight, .*\); found 1 tensors \(entry\.weight\)/,
    );
    expect(() => identify(state, { architecture: 'rcan' })).toThrow(
      /not RCAN: head\.0\.weight, .* not found/,
    );
  });

  it('names an architecture that does not exist, and options that cannot be', () => {
    expect(() => architectureById('rcam')).toThrow(/unknown architecture "rcam": expected one of .*rcan/);
    expect(() => build({ ...TINY, scale: 5 })).toThrow(
      new InputError('rcan: the option scale must be 1, 2, 3, 4, 8 or 16, found 5'),
    );
    expect(() => build({ ...TINY, features: 0 })).toThrow(/features must be a positive integer, found 0/);
    expect(() => build({ ...TINY, reduction: 16 })).toThrow(
      /reduction must be at most features \(8\), found 16/,
    );
  });
});

/** The table of spec/01 §1.10, written independently of the program: official names become BasicSR's. */
function toBasicSr(state: StateDict): StateDict {
  const indices = (pattern: RegExp) =>
    Math.max(...[...state.keys()].map((key) => Number(pattern.exec(key)?.[1] ?? -1)));
  const lastGroup = indices(/^body\.(\d+)/);
  const lastBlock = indices(/^body\.0\.body\.(\d+)/);
  const renamed: StateDict = new Map();
  for (const [key, tensor] of state) {
    if (/^(sub|add)_mean/.test(key)) continue;
    const name = key
      .replace(/^head\.0\./, 'conv_first.')
      .replace(new RegExp(`^body\\.${lastGroup}\\.(weight|bias)$`), 'conv_after_body.$1')
      .replace(new RegExp(`^body\\.(\\d+)\\.body\\.${lastBlock}\\.(weight|bias)$`), 'body.$1.conv.$2')
      .replace(
        /^body\.(\d+)\.body\.(\d+)\.body\.3\.conv_du\.0\./,
        'body.$1.residual_group.$2.rcab.3.attention.1.',
      )
      .replace(
        /^body\.(\d+)\.body\.(\d+)\.body\.3\.conv_du\.2\./,
        'body.$1.residual_group.$2.rcab.3.attention.3.',
      )
      .replace(/^body\.(\d+)\.body\.(\d+)\.body\./, 'body.$1.residual_group.$2.rcab.')
      .replace(/^tail\.0\./, 'upsample.')
      .replace(/^tail\.1\./, 'conv_last.');
    renamed.set(name, tensor);
  }
  return renamed;
}

/** The recorded network has a trained mean shift, which BasicSR's names have no place for. */
function withMeanShiftOf(state: StateDict, recorded: StateDict): StateDict {
  return new Map(
    [...state].map(([key, tensor]) => [key, /^(sub|add)_mean/.test(key) ? recorded.get(key)! : tensor]),
  );
}

it('is not built in sizes that no machine could hold, whatever a file says', () => {
  const wanted = { options: { residualGroups: 1e9 } };
  expect(() => identify(stateOf(TINY), wanted)).toThrow(
    'rcan: the option residualGroups must be at most 65535, found 1000000000',
  );
  expect(() => build({ ...TINY, scale: 32 })).toThrow('scale must be 1, 2, 3, 4, 8 or 16, found 32');
});
