import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { scalar } from '../../src/graph/ops/constant.ts';
import { expand } from '../../src/graph/ops/expand.ts';
import { halfDim, pictureShape } from '../../src/graph/shape.ts';
import { input } from '../../src/graph/value.ts';
import { INPUT, networkProgram } from '../../src/models/program.ts';
import { identify } from '../../src/models/registry.ts';
import { build, SAN_DEFAULTS, type SanOptions, san } from '../../src/models/san.ts';
import { parameterCount, parameterSpecs, trace } from '../../src/nn/block.ts';
import { covariancePool } from '../../src/nn/covariance-pool.ts';
import { regionNonLocal } from '../../src/nn/non-local.ts';
import { nodeRuntime } from '../../src/node/runtime.ts';
import { relativeDifference, type Tensor } from '../../src/tensor.ts';
import { createNetwork } from '../../src/upscale/network.ts';
import { runValue } from '../run-value.ts';
import { ramp, split } from './batches.ts';
import { expectRecorded, readRecorded } from './recorded.ts';
import { describeRoundTrip, randomState } from './round-trip.ts';

const TINY: SanOptions = {
  ...SAN_DEFAULTS,
  residualGroups: 2,
  residualBlocks: 1,
  features: 8,
  reduction: 4,
};

describe('the full network', () => {
  // spec/04 §4.6 and 4.7: 15.71 M, 15.90 M, 15.86 M, 16.01 M with the mean shift.
  it.each([
    [2, 15_712_800, 965],
    [3, 15_897_440, 965],
    [4, 15_860_512, 967],
    [8, 16_008_224, 969],
  ])('×%i has %i parameters in %i tensors', (scale, parameters, tensors) => {
    const network = build({ ...SAN_DEFAULTS, scale });
    expect(parameterCount(network)).toBe(parameters);
    expect([...parameterSpecs(network)].length).toBe(tensors);
  });

  it('registers its parameters in the order of the original', () => {
    const keys = [...parameterSpecs(build(SAN_DEFAULTS))].map(([key]) => key);
    expect(keys.slice(0, 5)).toEqual([
      'gamma',
      'sub_mean.weight',
      'sub_mean.bias',
      'RG.0.gamma',
      'RG.0.rcab.0.conv_first.0.weight',
    ]);
    expect(keys.filter((key) => /^(conv_last|add_mean|non_local|head).*weight/.test(key))).toEqual([
      'conv_last.weight',
      'add_mean.weight',
      'non_local.soca.conv_du.0.weight',
      'non_local.soca.conv_du.2.weight',
      'non_local.non_local.g.0.weight',
      'non_local.non_local.W.weight',
      'non_local.non_local.theta.weight',
      'non_local.non_local.phi.0.weight',
      'head.0.weight',
    ]);
  });
});

describeRoundTrip({
  architecture: san,
  tiny: TINY,
  sets: [
    ...[1, 2, 3, 4, 8].map((scale) => ({ scale })),
    { residualGroups: 1 },
    { residualBlocks: 4 },
    { residualGroups: 5, residualBlocks: 3 },
    { features: 16, reduction: 16 },
    { features: 20, reduction: 5 },
    { features: 32, reduction: 8, scale: 4 },
    { valueRange: 1 },
    { valueRange: 1, scale: 3 },
    { reduction: 1 },
    { reduction: 8 },
    { residualGroups: 12, residualBlocks: 2, scale: 8 },
  ],
});

it('gives what PyTorch gave, for each picture of a batch (scripts/record_san_han.py)', async () => {
  const recorded = readRecorded('san');
  const found = identify(recorded.state);
  expect(found.options).toEqual({ ...TINY, valueRange: 1 });
  await expectRecorded(found, recorded);
});

it('is too narrow for the non-local block below 8 features', () => {
  expect(() => build({ ...TINY, features: 7 })).toThrow(
    'san: the option features must be at least 8, found 7',
  );
});

describe('sizes', () => {
  const network = build(TINY);
  const state = randomState(network);
  state.get('gamma')!.data.fill(0.3);
  state.get('non_local.non_local.W.weight')!.data.fill(0.1);
  const identified = { ...identify(state), network };

  it.each([
    [4, 4],
    [4, 5],
    [5, 7],
    [13, 4],
  ])('%i×%i gives a batch what it gives each picture', async (height, width) => {
    const program = networkProgram(network, TINY);
    const batch = ramp([2, 3, height, width], TINY.valueRange);
    const together = await runValue(program, { [INPUT]: batch }, state);
    expect(together.dims).toEqual([2, 3, 2 * height, 2 * width]);
    for (const [i, single] of split(batch).entries()) {
      const alone = await runValue(program, { [INPUT]: single }, state);
      expect(relativeDifference(split(together)[i]!.data, alone.data)).toBeLessThan(1e-5);
    }
  });

  it('below 4 pixels are refused by name before the network runs', async () => {
    const opened = await createNetwork(identified, nodeRuntime, { device: 'cpu' });
    const picture = { width: 9, height: 3, channels: 3 as const, data: new Uint8Array(81) };
    await expect(opened.upscale(picture)).rejects.toThrow(
      'SAN needs pictures of at least 4×4 pixels, found 9×3',
    );
    await expect(opened.run(ramp([1, 3, 8, 2], 255))).rejects.toThrow('found 2×8');
    await opened.dispose();
  });

  it('gives a picture of one colour no NaN', async () => {
    const grey = ramp([1, 3, 8, 8], 255);
    grey.data.fill(100);
    const { data } = await runValue(networkProgram(network, TINY), { [INPUT]: grey }, state);
    expect(data.every(Number.isFinite)).toBe(true);
  });
});

describe('covariance pooling', () => {
  const pool = (x: Tensor) =>
    runValue(covariancePool(input('x', pictureShape(x.dims[1]!)), x.dims[1]!), { x });

  it('is 0 for constant channels', async () => {
    const flat = { dims: [1, 4, 3, 5], data: new Float32Array(60).fill(7) };
    expect(Array.from((await pool(flat)).data)).toEqual([0, 0, 0, 0]);
  });

  it('has a gradient of constant channels', async () => {
    const x = input('x', [1, 4, 3, 5]);
    const value = covariancePool(x, 4);
    const gradient = expand(scalar(1), [1, 4, 1, 1]);
    const [found] = differentiate([{ value, gradient }], [x]);
    const { data } = await runValue(found!, {
      x: { dims: [1, 4, 3, 5], data: new Float32Array(60).fill(7) },
    });
    expect(Array.from(data)).toEqual(Array(60).fill(0));
  });

  it('is the standard deviation of a single channel', async () => {
    // Five iterations from 1, where they end: the square root is exact.
    const { data } = await pool({ dims: [1, 1, 2, 2], data: Float32Array.of(1, 3, 5, 7) });
    expect(data[0]).toBeCloseTo(Math.sqrt(5), 5);
  });

  it.each([1000, 1001, 1500])('takes the middle of %i columns', async (width) => {
    const x = { dims: [1, 1, 1, width], data: new Float32Array(width) };
    const start = Math.floor((width - 1000) / 2);
    x.data
      .fill(1, start, start + 500)
      .fill(3, start + 500, start + 1000)
      .fill(1e6, start + 1000);
    if (start > 0) x.data.fill(1e6, 0, start);
    expect((await pool(x)).data[0]).toBeCloseTo(1, 5);
  });
});

it('knows the shapes of regions of any size', () => {
  const x = input('x', pictureShape(8));
  expect(trace(regionNonLocal(8, 1), x).shape).toEqual(x.shape);
  expect(halfDim(halfDim(9, 'ceil'), 'floor')).toBe(2);
});
