import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../../src/graph/onnx.ts';
import { substitute } from '../../../src/graph/substitute.ts';
import { inOrder, input, type Value } from '../../../src/graph/value.ts';
import { architectureById } from '../../../src/models/registry.ts';
import { type Block, trace } from '../../../src/nn/block.ts';
import { lossTerms } from '../../../src/train/engine/loss.ts';
import { type ParameterVectors, parameterVectors } from '../../../src/train/engine/parameters.ts';
import { ProgramStore, planStep } from '../../../src/train/engine/plan.ts';
import { type Stage, stagesOf } from '../../../src/train/engine/stages.ts';
import { tinyNetworks } from '../../models/tiny.ts';

const PATCHES = input('input', [2, 3, 16, 16]);

function full(id: string, options: Readonly<Record<string, number>> = {}): Block {
  const { defaults, build } = architectureById(id);
  return build({ ...defaults, ...options });
}

const sizes = (stages: readonly Stage[]) => stages.map(({ results }) => inOrder(results).length);

/** The network's output with the programs of all stages put together. */
function composed(stages: readonly Stage[], x: Value): Value | undefined {
  const known = new Map<Value | undefined, Value>([[x, x]]);
  for (const { sources, outputs, inputs, results } of stages) {
    const given = new Map<Value, Value | undefined>(inputs.map((value, i) => [value, known.get(sources[i])]));
    const programs = substitute(results, (value) => given.get(value));
    for (const [i, output] of outputs.entries()) known.set(output, programs[i]!);
  }
  return known.get(stages.at(-1)?.outputs[0]);
}

describe('put together, the stages are the network', () => {
  it.each(
    tinyNetworks().flatMap(({ architecture, options }) =>
      [10, 60].map((limit) => ({ architecture, options, limit })),
    ),
  )('$architecture, of at most $limit values', ({ architecture, options, limit }) => {
    const network = architectureById(architecture).build(options);
    const x = input('input', [2, options.colors, 16, 16]);
    const stages = stagesOf(network, x, limit);
    const whole = trace(network, x);
    // SRCNN and ESPCN have no blocks that repeat.
    const divisible = !['srcnn', 'espcn'].includes(architecture);
    expect(stages.length > 1).toBe(divisible && inOrder([whole]).length > limit);
    expect(writeOnnx({ y: composed(stages, x)! })).toEqual(writeOnnx({ y: whole }));
  });
});

describe('a step of a full-size network', () => {
  // Stages and programs; unrolled, the networks have 2,900 to 4,100 values forward and more than ten times as many nodes.
  it.each([
    ['rcan', 12, 6],
    ['san', 41, 9],
    ['han', 21, 8],
  ])('%s has %i stages of moderate size and %i programs to compile', async (id, count, programs) => {
    const stages = stagesOf(full(id), PATCHES, 500);
    expect(stages.length).toBe(count);
    expect(Math.max(...sizes(stages))).toBeLessThan(500);
    for (const memory of [0, Number.POSITIVE_INFINITY]) {
      const { store, plan } = planned(stages, memory);
      const defined: string[] = [];
      await store.defineAll(async (name) => {
        defined.push(name);
      });
      expect(defined.length).toBe(programs);
      expect(plan.calls.length).toBeGreaterThanOrEqual(2 * count);
    }
  });

  it('has long chains of blocks in chunks of nearly equal length', () => {
    const stages = stagesOf(full('edsr', { residualBlocks: 32, features: 256 }), PATCHES, 100);
    // 8 values a block and one for the input: 12 blocks at most.
    const [head, ...chunks] = sizes(stages).slice(0, -1);
    expect(head).toBeLessThan(10);
    expect(chunks).toEqual([89, 81, 89]);
    expect(stages.slice(1, -1).every(({ sources, outputs }) => sources.length + outputs.length === 2)).toBe(
      true,
    );
  });
});

describe('parameters', () => {
  const stages = stagesOf(full('san'), PATCHES, 500);
  const vectors = parameterVectors(stages, () => true);
  const holding = (key: string) =>
    vectors.all.filter(({ entries }) => entries.some((entry) => entry.key === key));
  const usersOf = (key: string) => vectors.ofStage.filter((own) => own.includes(holding(key)[0]!)).length;

  it('that several stages use stand once, in a vector that all of them are given', () => {
    for (const part of ['theta', 'phi.0', 'g.0', 'W'].map((name) => `non_local.non_local.${name}.weight`)) {
      expect(holding(part).length).toBe(1);
      expect(usersOf(part)).toBe(2);
    }
    expect(holding('gamma').length).toBe(1);
    expect(usersOf('RG.3.rcab.0.conv_first.0.weight')).toBe(1);
  });

  it('stand in few vectors, each at its own place', () => {
    expect(vectors.all.length).toBeLessThan(stages.length);
    for (const { entries, size } of vectors.all) {
      const ends = entries.map(({ end }) => end);
      expect(entries.map(({ start }) => start)).toEqual([0, ...ends.slice(0, -1)]);
      expect(ends.at(-1)).toBe(size);
    }
  });

  it('that are trained do not share a vector with others', () => {
    const isTrained = (key: string) => !/_mean\./.test(key);
    for (const { entries, trained } of parameterVectors(stages, isTrained).all)
      expect(entries.every(({ key }) => isTrained(key) === trained)).toBe(true);
  });
});

describe('memory', () => {
  const stages = stagesOf(full('rcan', { residualBlocks: 2 }), PATCHES, 60);
  /** Stages of whose forward run nothing is kept; the last runs together with the loss. */
  const recomputed = (memory: number) => {
    const { calls } = planned(stages, memory).plan;
    const keeping = calls.filter(({ outputs }) => 'kept0' in outputs);
    return stages.length - 1 - keeping.length;
  };

  it('decides how many stages are computed again', () => {
    const counts = [0, 6e6, 8e6, 1e7, 1e9].map(recomputed);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(new Set(counts).size).toBe(counts.length);
    expect([counts[0], counts.at(-1)]).toEqual([stages.length - 1, 0]);
  });

  it('is given up after the last use, and only then', () => {
    const { plan } = planned(stages, 8e6);
    const lasting = /^(?:input|target|terms|weights \d+|gradient \d+)$/;
    const live = new Set<string>();
    for (const { inputs, outputs, free = [] } of plan.calls) {
      for (const name of Object.values(inputs)) expect(lasting.test(name) || live.has(name), name).toBe(true);
      for (const { tensor } of Object.values(outputs)) live.add(tensor);
      for (const name of free) expect(live.delete(name), name).toBe(true);
    }
    expect([...live].filter((name) => !lasting.test(name))).toEqual([]);
  });
});

function planned(stages: readonly Stage[], memory: number) {
  const vectors: ParameterVectors = parameterVectors(stages, () => true);
  const store = new ProgramStore();
  const l1 = (output: Value, target: Value) => lossTerms([{ weight: 1, type: 'L1' }], output, target, 255);
  return { store, plan: planStep({ stages, vectors, lossTerms: l1, memory }, store) };
}
