/** The trainer of the library: what a caller says of network and settings, with the defaults of the original. */
import type { NetworkOptions, SomeOptions } from '../models/architecture.ts';
import { completeState } from '../models/complete-state.ts';
import { architectureById, chosenOptions, type IdentifiedNetwork } from '../models/registry.ts';
import { initialState } from '../nn/block.ts';
import { seededRandom } from '../random.ts';
import type { Device } from '../runtime/runtime.ts';
import type { OpenWorkspace } from '../runtime/workspace.ts';
import type { StateDict } from '../tensor.ts';
import { Trainer } from './engine/trainer.ts';
import { parseLoss } from './loss-spec.ts';
import { type OptimizerSpec, optimizerOptions } from './optimizer-options.ts';
import { TRAINING_DEFAULTS } from './options.ts';

/** A network to be trained: a loaded one, or its architecture and options, from given or from fresh weights. */
export interface NetworkSpec {
  readonly architecture: string;
  /** Default: the architecture's own. */
  readonly options?: SomeOptions | Readonly<NetworkOptions>;
  readonly state?: StateDict;
}

export interface TrainerOptions {
  /** Weighted terms, such as `0.5*L1+0.5*MSE`, of L1, MSE, Charbonnier and SSIM. Default: `1*L1`. */
  readonly loss?: string;
  /** Default: Adam. */
  readonly optimizer?: OptimizerSpec;
  /** Whether the mean shift is trained, as the original does. Default: true. */
  readonly trainMeanShift?: boolean;
  /** Of fresh weights. Default: 1. */
  readonly seed?: number;
  /** Decay of an exponential moving average of the weights. Default: none is kept. */
  readonly ema?: number;
  /** Largest norm of all gradients together. Default: not limited. */
  readonly clip?: number;
  /** Whether to compute activations again in the backward pass. Default: as far as `memory` demands. */
  readonly checkpointing?: 'auto' | 'on' | 'off';
  /** Bytes that the process should stay under. Default: 10 GiB. */
  readonly memory?: number;
  /** Default: `cpu`. */
  readonly device?: Device;
  /** Threads of the CPU; default: one per core. */
  readonly threads?: number;
}

export const DEFAULT_TRAINING_MEMORY = 10 * 1024 ** 3;

/** @throws {InputError} for options that no such network or optimiser has, or weights of another network */
export async function createTrainer(
  spec: NetworkSpec,
  options: TrainerOptions,
  openWorkspace: OpenWorkspace,
): Promise<Trainer> {
  const { seed = TRAINING_DEFAULTS.seed, optimizer = TRAINING_DEFAULTS.optimizer, ema, clip } = options;
  const network = networkToTrain(spec, seed);
  const settings = {
    loss: parseLoss(options.loss ?? TRAINING_DEFAULTS.loss),
    optimizer: optimizerOptions(optimizer),
    learningRate: optimizer.lr ?? TRAINING_DEFAULTS.optimizer.lr,
    trainMeanShift: options.trainMeanShift ?? TRAINING_DEFAULTS.trainMeanShift,
    checkpointing: options.checkpointing ?? TRAINING_DEFAULTS.checkpointing,
    memory: options.memory ?? DEFAULT_TRAINING_MEMORY,
    ...(ema !== undefined && { ema }),
    ...(clip !== undefined && { clip }),
  };
  const workspace = await openWorkspace({ device: options.device ?? 'cpu', threads: options.threads });
  return Trainer.create(network, settings, workspace);
}

/** A network with the given weights, or with fresh ones. */
export function networkToTrain(
  { architecture: id, options, state }: NetworkSpec,
  seed: number,
): IdentifiedNetwork {
  const architecture = architectureById(id);
  const all = { ...architecture.defaults, ...chosenOptions(architecture, { ...options }) };
  const network = architecture.build(all);
  return {
    architecture,
    options: all,
    network,
    state: state
      ? completeState(architecture.title, network, architecture.officialKeys(state, all))
      : initialState(network, seededRandom(seed).uniform),
    guessed: [],
  };
}
