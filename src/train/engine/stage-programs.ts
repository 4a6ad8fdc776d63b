/** The programs that a stage runs in a training step. */
import { differentiate, type Upstream } from '../../graph/differentiate.ts';
import { scalar } from '../../graph/ops/constant.ts';
import { expand } from '../../graph/ops/expand.ts';
import { unreshape } from '../../graph/ops/reshape.ts';
import { substitute } from '../../graph/substitute.ts';
import { inOrder, input, type Value } from '../../graph/value.ts';
import { type ParameterVector, packed, unpacked } from './parameters.ts';
import type { Stage } from './stages.ts';

/** The outputs of a program by name; its inputs are what they depend on. */
export type Program = Readonly<Record<string, Value>>;

/**
 * The programs of a stage. Inputs are called `x0`, `x1`, …, parameter vectors `w0`, …, results `y0`, …, the results'
 * gradients `g0`, …; gradients of inputs and vectors `dx0`, …, `dw0`, …; what a backward run needs of the forward run
 * `kept0`, ….
 */
export interface StagePrograms {
  readonly forward: Program;
  /** `forward` and what is kept. */
  readonly forwardKeeping: Program;
  /** The gradients, for which everything is computed again. */
  readonly backward: Program;
  /** The gradients from what is kept. */
  readonly backwardFromKept: Program;
}

/** Which inputs of the stage need a gradient: all but the network's own input. */
type Wanted = readonly boolean[];

export function stagePrograms(
  stage: Stage,
  vectors: readonly ParameterVector[],
  wanted: Wanted,
): StagePrograms {
  const bound = bind(stage, vectors);
  const upstreams = bound.results.map((value, i) => ({ value, gradient: input(`g${i}`, value.shape) }));
  const backward = gradients(stage, bound, upstreams, wanted);
  const forward = named('y', bound.results);
  const kept = keptValues(stage, bound.results, Object.values(backward));
  const stored = new Map(kept.map((value, i) => [value, input(`kept${i}`, value.shape)]));
  const fromKept = substitute(Object.values(backward), (value) => stored.get(value));
  return {
    forward,
    forwardKeeping: { ...forward, ...named('kept', kept) },
    backward,
    backwardFromKept: Object.fromEntries(Object.keys(backward).map((name, i) => [name, fromKept[i]!])),
  };
}

/** The last stage with the loss: its `terms` and all gradients in one run. The target is the input `target`. */
export function lossProgram(
  stage: Stage,
  vectors: readonly ParameterVector[],
  wanted: Wanted,
  lossTerms: (output: Value, target: Value) => Value,
): Program {
  const bound = bind(stage, vectors);
  const [output] = bound.results;
  const terms = lossTerms(output!, input('target', output!.shape));
  const gradient = expand(scalar(1), terms.shape);
  return { terms, ...gradients(stage, bound, [{ value: terms, gradient }], wanted) };
}

/** A stage whose parameters are parts of vectors. */
interface Bound {
  readonly results: readonly Value[];
  /** The parameters of each vector by key. */
  readonly parts: readonly ReadonlyMap<string, Value>[];
  readonly vectors: readonly ParameterVector[];
}

function bind(stage: Stage, vectors: readonly ParameterVector[]): Bound {
  const parts = vectors.map((vector, i) => unpacked(vector, input(`w${i}`, [vector.size])));
  const all = new Map(parts.flatMap((part) => [...part]));
  const results = substitute(stage.results, (value) =>
    value.kind === 'parameter' ? all.get(value.name) : undefined,
  );
  return { results, parts, vectors };
}

function gradients(
  { inputs }: Stage,
  { parts, vectors }: Bound,
  upstreams: readonly Upstream[],
  wanted: Wanted,
): Program {
  const sources = inputs.filter((_, i) => wanted[i]);
  const trained = parts.map((part, i) => (vectors[i]!.trained ? [...part] : []));
  const found = differentiate(upstreams, [...sources, ...trained.flat().map(([, value]) => value)]);
  const outputs: Record<string, Value> = {};
  for (const [i, source] of inputs.entries()) if (wanted[i]) outputs[`dx${i}`] = given(found.shift(), source);
  for (const [i, part] of trained.entries()) {
    const byKey = new Map(part.map(([key]) => [key, found.shift()]));
    if (part.length > 0) outputs[`dw${i}`] = packed(vectors[i]!, byKey);
  }
  return outputs;
}

/** Every stage depends on all its inputs. */
function given(gradient: Value | undefined, source: Value): Value {
  if (!gradient) throw new Error(`no result depends on ${source.kind === 'input' ? source.name : 'a value'}`);
  return gradient;
}

/**
 * Which results of the forward run the gradients are computed from. What depends on parameters alone is not worth
 * keeping, and of a reshaped value the value is kept.
 */
function keptValues({ inputs }: Stage, results: readonly Value[], backward: readonly Value[]): Value[] {
  const forward = new Set<Value>(inputs);
  for (const value of inOrder(results))
    if (value.kind === 'computed' && value.operands.some((operand) => forward.has(operand)))
      forward.add(value);
  const kept = new Set<Value>();
  for (const value of inOrder(backward)) {
    if (value.kind !== 'computed' || forward.has(value)) continue;
    for (const operand of value.operands) {
      const source = withoutReshape(operand);
      if (source.kind === 'computed' && forward.has(source)) kept.add(source);
    }
  }
  return [...kept];
}

function withoutReshape(value: Value): Value {
  const source = unreshape(value);
  return source ? withoutReshape(source) : value;
}

function named(prefix: string, values: readonly Value[]): Program {
  return Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
}
