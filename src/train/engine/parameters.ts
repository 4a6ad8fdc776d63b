/**
 * The parameters of a network in vectors: one for all that the same stages use, so that a stage is given few tensors
 * and the optimiser runs few times, however many layers there are.
 */
import { concat } from '../../graph/ops/concat.ts';
import { scalar } from '../../graph/ops/constant.ts';
import { expand } from '../../graph/ops/expand.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { slice } from '../../graph/ops/slice.ts';
import { inOrder, type Parameter, type Value } from '../../graph/value.ts';
import { elementCount, type StateDict, type Tensor } from '../../tensor.ts';
import type { Stage } from './stages.ts';

interface Entry {
  readonly key: string;
  readonly dims: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface ParameterVector {
  readonly entries: readonly Entry[];
  readonly size: number;
  /** Whether training changes it. */
  readonly trained: boolean;
}

/** The vectors of a network, and which of them each stage uses. */
export interface ParameterVectors {
  readonly all: readonly ParameterVector[];
  readonly ofStage: readonly (readonly ParameterVector[])[];
}

/**
 * Groups the parameters that the stages use; a parameter that no stage uses is in no vector.
 *
 * @param isTrained says of a key whether training changes the parameter
 */
export function parameterVectors(
  stages: readonly Stage[],
  isTrained: (key: string) => boolean,
): ParameterVectors {
  const shapes = new Map<string, readonly number[]>();
  const users = new Map<string, number[]>();
  for (const [index, { results }] of stages.entries()) {
    for (const { name, shape } of parametersOf(results)) {
      shapes.set(name, shape);
      users.set(name, [...(users.get(name) ?? []), index]);
    }
  }
  const groups = new Map<string, { keys: string[]; stages: number[] }>();
  for (const [key, stagesOfKey] of users) {
    const signature = `${isTrained(key)} ${stagesOfKey.join(' ')}`;
    const group = groups.get(signature) ?? { keys: [], stages: stagesOfKey };
    groups.set(signature, group);
    group.keys.push(key);
  }
  const vectors = [...groups.values()].map(({ keys, stages: users }) => ({
    users,
    vector: pack(keys, shapes, isTrained(keys[0]!)),
  }));
  return {
    all: vectors.map(({ vector }) => vector),
    ofStage: stages.map((_, index) =>
      vectors.flatMap(({ users, vector }) => (users.includes(index) ? [vector] : [])),
    ),
  };
}

/** The parameters of programs, each once, in order of use. */
function parametersOf(results: readonly Value[]): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const value of inOrder(results)) if (value.kind === 'parameter') found.set(value.name, value);
  return [...found.values()];
}

function pack(
  keys: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
  trained: boolean,
): ParameterVector {
  let size = 0;
  const entries = keys.map((key) => {
    const dims = shapes.get(key)!;
    const start = size;
    size += elementCount(dims);
    return { key, dims, start, end: size };
  });
  return { entries, size, trained };
}

/** The parameters as parts of the vector in a program, by key. */
export function unpacked({ entries }: ParameterVector, vector: Value): Map<string, Value> {
  return new Map(
    entries.map(({ key, dims, start, end }) => [key, reshape(slice(vector, 0, start, end), dims)]),
  );
}

/** One vector of what belongs to each parameter; zeros where that is undefined. */
export function packed({ entries }: ParameterVector, parts: ReadonlyMap<string, Value | undefined>): Value {
  const flat = entries.map(({ key, start, end }) => {
    const part = parts.get(key);
    return part ? reshape(part, [end - start]) : expand(scalar(0), [end - start]);
  });
  return concat(flat, 0);
}

/** The vector of the tensors under each key; zeros where there is none. */
export function gather(
  { entries, size }: ParameterVector,
  tensorOf: (key: string) => Tensor | undefined,
): Tensor {
  const data = new Float32Array(size);
  for (const { key, start } of entries) data.set(tensorOf(key)?.data ?? [], start);
  return { data, dims: [size] };
}

/** The parts of a vector under their keys. */
export function scatter({ entries }: ParameterVector, { data }: Tensor): StateDict {
  return new Map(entries.map(({ key, dims, start, end }) => [key, { data: data.slice(start, end), dims }]));
}
