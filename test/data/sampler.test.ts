import { describe, expect, it } from 'vitest';
import { createSampler, type Sample, type SamplerOptions } from '../../src/data/sampler.ts';

const SIZES = [
  { width: 20, height: 12 },
  { width: 9, height: 30 },
  { width: 8, height: 8 },
  { width: 40, height: 40 },
  { width: 11, height: 9 },
];
const DEFAULTS: SamplerOptions = { seed: 1, sizes: SIZES, patch: 8, augment: true };

function samples(count: number, options: Partial<SamplerOptions> = {}): Sample[] {
  return Array.from({ length: count }, (_, i) => i).map(createSampler({ ...DEFAULTS, ...options }));
}

function counts(values: readonly (number | string)[]): Map<number | string, number> {
  const found = new Map<number | string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

/** Expects every value about equally often: within five standard deviations. */
function expectUniform(values: readonly (number | string)[], kinds: number): void {
  const found = counts(values);
  expect(found.size).toBe(kinds);
  const mean = values.length / kinds;
  for (const count of found.values()) expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(mean));
}

describe('the samples', () => {
  it('are the same whatever was asked before, and in which order', () => {
    const inOrder = samples(40);
    const sampler = createSampler(DEFAULTS);
    for (const i of [39, 0, 17, 3, 38, 17]) expect(sampler(i)).toEqual(inOrder[i]);
  });

  it('differ with the seed, also with the next', () => {
    expect(samples(10)).not.toEqual(samples(10, { seed: 2 }));
    // The second sample of one seed is not the first of the next.
    expect(samples(20).map(({ seed }) => seed)).not.toContain(samples(1, { seed: 2 })[0]!.seed);
    expect(new Set(samples(500).map(({ seed }) => seed)).size).toBe(500);
  });

  it('take every picture once a round, in an order of its own', () => {
    const order = samples(1000).map(({ picture }) => picture);
    const rounds = Array.from({ length: 200 }, (_, round) => order.slice(5 * round, 5 * round + 5));
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(80);
    expectUniform(
      rounds.map(([first]) => first!),
      5,
    );
  });

  it('lie inside the picture, at every whole pixel equally often', () => {
    const found = samples(60_000);
    const outside = found.filter(({ picture, left, top }) => {
      const { width, height } = SIZES[picture]!;
      return left < 0 || top < 0 || left + 8 > width || top + 8 > height;
    });
    expect(outside).toEqual([]);
    const corners = (picture: number) =>
      found.filter((sample) => sample.picture === picture).map(({ left, top }) => `${left},${top}`);
    expectUniform(corners(0), 13 * 5);
    expectUniform(corners(1), 2 * 23);
    expectUniform(corners(2), 1);
  });

  it('are turned and mirrored all 8 ways equally often, whatever the corner', () => {
    const found = samples(8000);
    expectUniform(
      found.map(({ orientation }) => JSON.stringify(orientation)),
      8,
    );
    expectUniform(
      found
        .filter(({ picture }) => picture === 4)
        .map(({ left, orientation }) => `${left} ${orientation.flipX}`),
      8,
    );
  });

  it('cut the same parts where nothing is turned', () => {
    const upright = { flipX: false, flipY: false, transpose: false };
    const expected = samples(50).map((sample) => ({ ...sample, orientation: upright }));
    expect(samples(50, { augment: false })).toEqual(expected);
  });

  it('never change: a run goes on with the samples that it began with, in later versions too', () => {
    expect(samples(3)).toMatchInlineSnapshot(`
      [
        {
          "left": 3,
          "orientation": {
            "flipX": false,
            "flipY": true,
            "transpose": false,
          },
          "picture": 0,
          "seed": 4194865789592776,
          "top": 4,
        },
        {
          "left": 1,
          "orientation": {
            "flipX": false,
            "flipY": false,
            "transpose": false,
          },
          "picture": 1,
          "seed": 2975224944960518,
          "top": 18,
        },
        {
          "left": 0,
          "orientation": {
            "flipX": false,
            "flipY": false,
            "transpose": false,
          },
          "picture": 2,
          "seed": 3364569565142132,
          "top": 0,
        },
      ]
    `);
  });
});
