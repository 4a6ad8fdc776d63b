/** The pre-training rule of the original: spec of RCAN's load_state_dict, made strict outside the tail. */
import { describe, expect, it } from 'vitest';
import { KeyMismatchError } from '../../src/models/complete-state.ts';
import { architectureById } from '../../src/models/registry.ts';
import { transferWeights } from '../../src/models/transfer.ts';
import { initialState } from '../../src/nn/block.ts';
import { randomSource } from '../formats/mutate.ts';
import { tinyRcan } from './tiny.ts';

const [X2, X3, X4, X8] = [2, 3, 4, 8].map((scale) => tinyRcan({ scale })) as [Tiny, Tiny, Tiny, Tiny];
type Tiny = ReturnType<typeof tinyRcan>;

function transfer(source: Tiny, { architecture, options }: Tiny) {
  const target = architectureById(architecture).build(options);
  const initial = initialState(target, randomSource(99));
  return { ...transferWeights(source.state, target, initial), initial };
}

const conv = (path: string) => [`${path}.weight`, `${path}.bias`];

describe('weights of another scale', () => {
  it.each([
    ['×2 into ×4', X2, X4, ['tail.0.0', 'tail.1'], ['tail.0.2'], []],
    ['×2 into ×8', X2, X8, ['tail.0.0', 'tail.1'], ['tail.0.2', 'tail.0.4'], []],
    ['×2 into ×3', X2, X3, ['tail.1'], ['tail.0.0'], []],
    ['×4 into ×2', X4, X2, ['tail.0.0', 'tail.1'], [], ['tail.0.2']],
    ['×3 into ×4', X3, X4, ['tail.1'], ['tail.0.0', 'tail.0.2'], []],
    ['×2 into ×2', X2, X2, ['tail.0.0', 'tail.1'], [], []],
  ])('%s', (_, source, target, taken, random, ignored) => {
    const result = transfer(source, target);
    expect(result.taken.filter((key) => key.startsWith('tail'))).toEqual(taken.flatMap(conv));
    expect(result.leftRandom).toEqual(random.flatMap(conv));
    expect(result.ignored).toEqual(ignored.flatMap(conv));
    expect(result.nominal).toEqual([]);
    expect([...result.state.keys()]).toEqual([...target.state.keys()]);
    for (const key of result.taken) expect(result.state.get(key)).toBe(source.state.get(key));
    for (const key of result.leftRandom) expect(result.state.get(key)).toBe(result.initial.get(key));
    expect(result.taken.length + result.leftRandom.length).toBe(target.state.size);
  });

  it('without a mean shift start with the nominal one', () => {
    const state = new Map([...X2.state].filter(([key]) => !key.includes('_mean')));
    const { nominal, leftRandom, taken } = transfer({ ...X2, state }, X4);
    expect(nominal).toEqual(['sub_mean', 'add_mean'].flatMap(conv));
    expect(leftRandom).toEqual(conv('tail.0.2'));
    expect(taken).not.toContain('sub_mean.bias');
  });
});

describe('anything outside the tail must fit', () => {
  it('another depth is refused, where the original loads half of it', () => {
    const attempt = () => transfer(tinyRcan({ residualBlocks: 1 }), X4);
    expect(attempt).toThrow(KeyMismatchError);
    expect(attempt).toThrow(/the network to be trained: \d+ missing: .*body\.0\.body\.1\.body\.0\.weight/);
  });

  it('another width is refused, naming both shapes', () => {
    expect(() => transfer(tinyRcan({ features: 4 }), X4)).toThrow(
      /head\.0\.weight \(expected \[8, 3, 3, 3\], found \[4, 3, 3, 3\]\)/,
    );
  });

  it('what the network does not have is refused', () => {
    const state = new Map([...X2.state, ['stray.weight', X2.state.get('head.0.bias')!] as const]);
    expect(() => transfer({ ...X2, state }, X4)).toThrow(/1 unexpected: stray\.weight/);
  });

  it('an initial state of another network is refused', () => {
    const target = architectureById('rcan').build(X4.options);
    expect(() => transferWeights(X2.state, target, X2.state)).toThrow(
      'expected an initial state with tail.0.2.weight of shape [32, 8, 3, 3], found none',
    );
  });
});
