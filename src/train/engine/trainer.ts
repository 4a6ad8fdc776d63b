/** Training steps of a network in a workspace. */
import { expectThat } from '../../errors.ts';
import { pictureShape, type Shape } from '../../graph/shape.ts';
import { input } from '../../graph/value.ts';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import { CallsInTurn } from '../../runtime/calls-in-turn.ts';
import type { Call, Workspace } from '../../runtime/workspace.ts';
import { elementCount, type StateDict } from '../../tensor.ts';
import type { LossTerm } from '../loss-spec.ts';
import type { OptimizerOptions } from '../options.ts';
import { checkBatch, type TrainingBatch, targetDims } from './batch.ts';
import { findChannelBlock } from './channel-block.ts';
import { lossTerms } from './loss.ts';
import { type Update, updateNumbers, updateProgram } from './optimizer.ts';
import { type ParameterVectors, parameterVectors } from './parameters.ts';
import { type Plan, type PlanOptions, ProgramStore, planStep, TENSORS } from './plan.ts';
import { type Stage, stagesOf } from './stages.ts';
import { TrainedParameters } from './trained-parameters.ts';
import { squareCalls, squareTensors, updateCalls } from './update-calls.ts';

export interface TrainerSettings {
  readonly loss: readonly LossTerm[];
  readonly optimizer: OptimizerOptions;
  readonly learningRate: number;
  /** Decay of the exponential moving average of the weights, less in the first steps. Left out: none is kept. */
  readonly ema?: number;
  /** Largest norm of all gradients together; larger ones are scaled down. */
  readonly clip?: number;
  readonly trainMeanShift: boolean;
  /** Whether to compute activations again in the backward pass; `auto`: as far as they do not fit into `memory`. */
  readonly checkpointing: 'auto' | 'on' | 'off';
  /** Bytes that the process should stay under. */
  readonly memory: number;
}

export interface StepOptions {
  /** Default: that of the settings. */
  readonly learningRate?: number;
  /** The weights stay as they are where the loss is not below this. Default: infinity, which leaves out NaN too. */
  readonly skipFrom?: number;
}

export interface StepResult {
  /** The sum of the terms. */
  readonly loss: number;
  /** The weighted terms of the loss, in the order of the settings. */
  readonly terms: readonly number[];
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
  /** Whether the weights were left as they were. */
  readonly skipped: boolean;
}

/** What a step will take, found out beforehand. */
export interface Preparation {
  /** Of a step, about, its update left out. */
  readonly seconds: number;
  /** Bytes that the process takes at least, about, however much is computed again. */
  readonly leastMemory: number;
}

/** What a trainer goes on from: `weights.<key>`, `moment1.<key>`, …, `ema.<key>`. */
export interface TrainerState {
  readonly tensors: StateDict;
  /** Steps that changed the weights. */
  readonly updates: number;
}

/** How many values a stage may have: the fewer, the less has to be computed again at a time. */
const STAGE_LIMIT = { keep: 500, recompute: 150 };
/** A step of a large network takes a minute and more: nobody should wait for one before the first. */
const TRY_OUT_SECONDS = 3;
/** What the process takes before anything of the network: Node, ONNX Runtime and its threads. */
const PROCESS_BYTES = 300 * 1024 ** 2;

/** A network in training. Holds native memory until `dispose` is called. What is asked of it is done in order. */
export class Trainer {
  readonly network: IdentifiedNetwork;
  readonly settings: TrainerSettings;
  private readonly workspace: Workspace;
  private readonly vectors: ParameterVectors;
  private readonly update: Update;
  private readonly parameters: TrainedParameters;
  private readonly programs: ProgramStore;
  private readonly plans = new Map<string, Plan>();
  private readonly calls: { readonly squares: Call[]; readonly update: Call[] };
  private updates = 0;
  private hasGradients = false;
  private readonly queue = new CallsInTurn();

  private constructor(
    network: IdentifiedNetwork,
    settings: TrainerSettings,
    workspace: Workspace,
    channelBlock: number | undefined,
  ) {
    this.programs = new ProgramStore(channelBlock);
    this.network = network;
    this.settings = settings;
    this.workspace = workspace;
    const isTrained = (key: string) => settings.trainMeanShift || !/^(?:sub|add)_mean\./.test(key);
    this.vectors = parameterVectors(this.stages(pictureShape(network.options.colors)), isTrained);
    this.update = updateProgram(settings.optimizer, settings.ema);
    this.parameters = new TrainedParameters(network, this.vectors, this.update, workspace);
    this.calls = {
      squares: squareCalls(this.vectors, this.programs),
      update: updateCalls(this.vectors, this.update, this.programs),
    };
  }

  /** @param workspace is the trainer's own from now on */
  static async create(
    network: IdentifiedNetwork,
    settings: TrainerSettings,
    workspace: Workspace,
  ): Promise<Trainer> {
    try {
      const trainer = new Trainer(network, settings, workspace, await findChannelBlock(workspace));
      await trainer.load({ tensors: new Map(), updates: 0 });
      return trainer;
    } catch (error) {
      await workspace.dispose();
      throw error;
    }
  }

  /**
   * One step of the optimiser. The first one with a shape compiles programs for it.
   *
   * @throws {InputError} for a batch that does not fit the network, and a learning rate that would spoil the weights
   */
  step(batch: TrainingBatch, options: StepOptions = {}): Promise<StepResult> {
    const { learningRate = this.settings.learningRate, skipFrom = Number.POSITIVE_INFINITY } = options;
    return this.queue.add(async () => {
      const isRate = Number.isFinite(learningRate) && learningRate >= 0;
      expectThat(isRate, 'learning rate', 'a number of 0 or more', learningRate);
      const plan = await this.planFor(batch);
      await this.workspace.write({ [TENSORS.input]: batch.input, [TENSORS.target]: batch.target });
      await this.workspace.run([...plan.calls, ...this.calls.squares]);
      this.hasGradients = true;
      const { terms, gradientNorm } = await this.measured();
      const loss = terms.reduce((sum, term) => sum + term, 0);
      const skipped = !(loss < skipFrom && Number.isFinite(gradientNorm));
      if (!skipped) await this.applyUpdate(learningRate, gradientNorm);
      return { loss, terms, gradientNorm, skipped };
    });
  }

  /**
   * Compiles the programs for batches of a shape and runs them for some seconds, which changes nothing.
   *
   * @param dims of a batch's input
   */
  prepare(dims: readonly number[]): Promise<Preparation> {
    const zeros = (size: readonly number[]) => ({ data: new Float32Array(elementCount(size)), dims: size });
    const batch = {
      input: zeros(dims),
      target: zeros(targetDims(this.network, dims)),
    };
    return this.queue.add(async () => {
      const plan = await this.planFor(batch);
      await this.workspace.write({ [TENSORS.input]: batch.input, [TENSORS.target]: batch.target });
      return { seconds: await this.tryOut(plan), leastMemory: this.fixedBytes() + plan.transient };
    });
  }

  /** The seconds that a step takes: measured where that is soon done, else concluded from the first part of it. */
  private async tryOut({ calls, work }: Plan): Promise<number> {
    const started = performance.now();
    let done = 0;
    for (const [i, call] of calls.entries()) {
      await this.workspace.run([call]);
      done += work[i]!;
      const enough = done > 0 && performance.now() - started > 1000 * TRY_OUT_SECONDS;
      if (!enough && i < calls.length - 1) continue;
      // A graphics card may not have begun yet.
      const [result] = Object.values(call.outputs);
      await this.workspace.read([result!.tensor]);
      break;
    }
    const all = work.reduce((sum, each) => sum + each, 0);
    return ((performance.now() - started) / 1000) * (all / done);
  }

  /**
   * The gradients of the last step, before clipping, of the parameters that it used.
   *
   * @throws {InputError} before the first one
   */
  gradients(): Promise<StateDict> {
    return this.queue.add(async () => {
      expectThat(this.hasGradients, 'gradients', 'a step before they are asked for', 'none');
      return this.parameters.gradients();
    });
  }

  /** All weights under the official keys, those included that no output depends on. */
  stateDict(): Promise<StateDict> {
    return this.queue.add(() => this.parameters.weights());
  }

  /** The moving average of the weights; the weights themselves where none is kept. */
  averagedStateDict(): Promise<StateDict> {
    return this.queue.add(() => this.parameters.averages());
  }

  state(): Promise<TrainerState> {
    return this.queue.add(async () => ({ tensors: await this.parameters.state(), updates: this.updates }));
  }

  /**
   * Goes on from a state. What it does not hold starts anew: weights as the network's own, moments as zeros, the
   * average as the weights.
   *
   * @throws {InputError} for a state of another network
   */
  async load({ tensors, updates }: TrainerState): Promise<void> {
    const written = this.parameters.tensorsOf(tensors);
    await this.queue.add(async () => {
      await this.workspace.write(written);
      this.updates = updates;
    });
  }

  dispose(): Promise<void> {
    return this.workspace.dispose();
  }

  private async planFor({ input: picture, target }: TrainingBatch): Promise<Plan> {
    checkBatch(this.network, this.settings.loss, { input: picture, target });
    const shape = picture.dims.join();
    const plan = this.plans.get(shape) ?? this.plan(picture.dims);
    this.plans.set(shape, plan);
    await this.programs.defineAll((name, model) => this.workspace.define(name, model));
    return plan;
  }

  private plan(dims: readonly number[]): Plan {
    const { loss, checkpointing, memory } = this.settings;
    const { valueRange } = this.network.options;
    const options: PlanOptions = {
      stages: this.stages(dims),
      vectors: this.vectors,
      lossTerms: (output, target) => lossTerms(loss, output, target, valueRange),
      memory:
        checkpointing === 'auto'
          ? memory - this.fixedBytes()
          : checkpointing === 'off'
            ? Number.POSITIVE_INFINITY
            : 0,
    };
    return planStep(options, this.programs);
  }

  /** Bytes that the process takes whatever the batch. */
  private fixedBytes(): number {
    const perWeight = 3 + this.update.companions.length; // the weights, their gradient and an update under way
    return this.vectors.all.reduce((sum, { size }) => sum + 4 * perWeight * size, PROCESS_BYTES);
  }

  private stages(shape: Shape): Stage[] {
    const limit = this.settings.checkpointing === 'on' ? STAGE_LIMIT.recompute : STAGE_LIMIT.keep;
    return stagesOf(this.network.network, input('input', shape), limit);
  }

  private async measured(): Promise<{ terms: number[]; gradientNorm: number }> {
    const squares = squareTensors(this.vectors);
    const read = await this.workspace.read([TENSORS.terms, ...squares]);
    const sum = squares.reduce((total, name) => total + read[name]!.data[0]!, 0);
    return { terms: [...read[TENSORS.terms]!.data], gradientNorm: Math.sqrt(sum) };
  }

  private async applyUpdate(learningRate: number, gradientNorm: number): Promise<void> {
    const { clip = Number.POSITIVE_INFINITY, optimizer, ema } = this.settings;
    this.updates++;
    const gradientScale = gradientNorm > clip ? clip / gradientNorm : 1;
    const numbers = updateNumbers(optimizer, ema, { step: this.updates, learningRate, gradientScale });
    const written = Object.entries(numbers).map(([name, value]) => [
      name,
      { data: Float32Array.of(value), dims: [1] },
    ]);
    await this.workspace.write(Object.fromEntries(written));
    await this.workspace.run(this.calls.update);
  }
}
