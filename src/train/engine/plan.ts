/**
 * A training step as runs of programs in a workspace: forward through the stages, then from the loss back. Of each
 * stage either all that its gradients need is kept, or it is computed again, which takes about a third more time.
 */

import { multiplyAdds } from '../../graph/cost.ts';
import { peakBytes } from '../../graph/memory.ts';
import { writeOnnx } from '../../graph/onnx.ts';
import { add } from '../../graph/ops/add.ts';
import { knownSize } from '../../graph/shape.ts';
import { inOrder, input, type Value } from '../../graph/value.ts';
import type { Call } from '../../runtime/workspace.ts';
import { elementCount } from '../../tensor.ts';
import { withChannelBlocks } from './channel-block.ts';
import type { ParameterVectors } from './parameters.ts';
import { lossProgram, type Program, type StagePrograms, stagePrograms } from './stage-programs.ts';
import type { Stage } from './stages.ts';

/** The names of tensors in the workspace that others than the plan know. */
export const TENSORS = {
  input: 'input',
  target: 'target',
  terms: 'terms',
  weights: (vector: number) => `weights ${vector}`,
  gradient: (vector: number) => `gradient ${vector}`,
} as const;

export interface Plan {
  /** Reads `input`, `target` and the weights; leaves `terms` and the gradients. */
  readonly calls: readonly Call[];
  /** Multiply-adds of each call. */
  readonly work: readonly number[];
  /** Bytes that one stage takes while it runs, which no other plan could do without. */
  readonly transient: number;
}

export interface PlanOptions {
  readonly stages: readonly Stage[];
  readonly vectors: ParameterVectors;
  /** The terms of the loss: of the output and the target. */
  readonly lossTerms: (output: Value, target: Value) => Value;
  /** Bytes for everything that a step takes beside the weights: what is kept is chosen by it. */
  readonly memory: number;
}

/** Programs under names, each of them once. */
export class ProgramStore {
  private readonly channelBlock: number | undefined;
  private readonly names = new Map<string, string>();
  private readonly added: { name: string; model: Uint8Array }[] = [];

  /** @param channelBlock of the processor, see `findChannelBlock` */
  constructor(channelBlock?: number) {
    this.channelBlock = channelBlock;
  }

  /** @returns the program's name in the workspace */
  add(program: Program): string {
    const model = writeOnnx(this.channelBlock ? withChannelBlocks(program, this.channelBlock) : program);
    const content = new TextDecoder('latin1').decode(model);
    const known = this.names.get(content);
    if (known !== undefined) return known;
    const name = `program ${this.names.size}`;
    this.names.set(content, name);
    this.added.push({ name, model });
    return name;
  }

  /** Hands over what was added and not handed over yet: a program that cannot be defined comes again the next time. */
  async defineAll(define: (name: string, model: Uint8Array) => Promise<void>): Promise<void> {
    for (let next = this.added[0]; next; next = this.added[0]) {
      await define(next.name, next.model);
      this.added.shift();
    }
  }
}

export function planStep(options: PlanOptions, programs: ProgramStore): Plan {
  const { stages, vectors } = options;
  const planner = new Planner(stages, vectors, programs);
  const last = stages.length - 1;
  const earlier = stages.slice(0, last).map((_, i) => {
    return stagePrograms(stages[i]!, vectors.ofStage[i]!, planner.wanted(i));
  });
  const loss = lossProgram(stages[last]!, vectors.ofStage[last]!, planner.wanted(last), options.lossTerms);
  const transient = Math.max(...[loss, ...earlier.map(({ backward }) => backward)].map(arenaBytes));
  const keeps = stagesToKeep(earlier.map(keptBytes), options.memory - transient);
  for (const [i, { forward, forwardKeeping }] of earlier.entries())
    planner.call(i, keeps[i] ? forwardKeeping : forward);
  planner.call(last, loss);
  for (const [i, { backward, backwardFromKept }] of [...earlier.entries()].reverse())
    planner.call(i, keeps[i] ? backwardFromKept : backward);
  return { calls: planner.finished(), work: planner.work, transient };
}

function keptBytes({ forward, forwardKeeping }: StagePrograms): number {
  const sizes = Object.entries(forwardKeeping).map(([name, value]) => (name in forward ? 0 : bytesOf(value)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function bytesOf({ shape }: Value): number {
  return 4 * elementCount(shape.map(knownSize));
}

/** The later stages first: theirs is needed for the shortest time. */
function stagesToKeep(bytes: readonly number[], budget: number): boolean[] {
  let left = budget;
  return bytes
    .toReversed()
    .map((size) => {
      left -= size;
      return left >= 0;
    })
    .reverse();
}

/** What ONNX Runtime reserves of memory for what it needs of it. */
const ARENA = 1.5;

function arenaBytes(program: Program): number {
  return ARENA * peakBytes(Object.values(program), {});
}

type PlannedCall = Omit<Call, 'free'>;

/** Gives the tensors of the workspace their names and collects the calls. */
class Planner {
  private readonly stages: readonly Stage[];
  private readonly vectors: ParameterVectors;
  private readonly programs: ProgramStore;
  /** Multiply-adds of each call. */
  readonly work: number[] = [];
  private readonly wires = new Map<Value, string>();
  private readonly calls: PlannedCall[] = [];
  private readonly written = new Set<string>();

  constructor(stages: readonly Stage[], vectors: ParameterVectors, programs: ProgramStore) {
    this.stages = stages;
    this.vectors = vectors;
    this.programs = programs;
    for (const { outputs } of stages)
      for (const value of outputs) this.wires.set(value, `wire ${this.wires.size}`);
  }

  /** Which inputs of a stage need a gradient: all that another stage computes. */
  wanted(stage: number): boolean[] {
    return this.stages[stage]!.sources.map((source) => this.wires.has(source));
  }

  /** Runs one of a stage's programs. A gradient that exists already is added to. */
  call(stage: number, program: Program): void {
    const sums: [sum: string, part: string, dims: readonly number[]][] = [];
    const outputs = Object.entries(program).map(([name, { shape }]) => {
      const dims = shape.map(knownSize);
      const tensor = this.tensorOf(stage, name);
      if (!name.startsWith('d') || !this.written.has(tensor)) {
        this.written.add(tensor);
        return [name, { tensor, dims }] as const;
      }
      const part = `${tensor} of stage ${stage}`;
      sums.push([tensor, part, dims]);
      return [name, { tensor: part, dims }] as const;
    });
    const inputs = inOrder(Object.values(program)).flatMap((value) =>
      value.kind === 'input' ? [[value.name, this.tensorOf(stage, value.name)] as const] : [],
    );
    this.add(program, Object.fromEntries(inputs), Object.fromEntries(outputs));
    for (const [sum, part, dims] of sums) {
      const program = { sum: add(input('a', dims), input('b', dims)) };
      this.add(program, { a: sum, b: part }, { sum: { tensor: sum, dims } });
    }
  }

  private add(program: Program, inputs: Call['inputs'], outputs: Call['outputs']): void {
    this.calls.push({ program: this.programs.add(program), inputs, outputs });
    this.work.push(multiplyAdds(Object.values(program), {}));
  }

  /** The workspace's name for what a stage's programs call by one of the names of `StagePrograms`. */
  private tensorOf(stage: number, name: string): string {
    const { sources, outputs } = this.stages[stage]!;
    const [, kind = '', index = ''] = /^([a-z]+)(\d*)$/.exec(name) ?? [];
    const wire = (value: Value | undefined) => this.wires.get(value!) ?? TENSORS.input;
    const vector = () => this.vectors.all.indexOf(this.vectors.ofStage[stage]![Number(index)]!);
    switch (kind) {
      case 'x':
        return wire(sources[Number(index)]);
      case 'dx':
        return `gradient of ${wire(sources[Number(index)])}`;
      case 'y':
        return wire(outputs[Number(index)]);
      case 'g':
        return `gradient of ${wire(outputs[Number(index)])}`;
      case 'w':
        return TENSORS.weights(vector());
      case 'dw':
        return TENSORS.gradient(vector());
      case 'kept':
        return `kept ${index} of stage ${stage}`;
      default:
        return name;
    }
  }

  /** The calls, with every tensor given up after its last use. */
  finished(): Call[] {
    const lasting = new Set<string>([TENSORS.input, TENSORS.target, TENSORS.terms]);
    for (const i of this.vectors.all.keys()) lasting.add(TENSORS.weights(i)).add(TENSORS.gradient(i));
    const calls: Call[] = [];
    for (const call of this.calls.toReversed()) {
      const free = [...new Set(Object.values(call.inputs))].filter((name) => !lasting.has(name));
      for (const name of free) lasting.add(name);
      calls.push({ ...call, free });
    }
    return calls.reverse();
  }
}
