/** The trainer of the library: what a caller says of network and settings, with the defaults of the original. */
import { expectThat, InputError } from '../errors.ts';
import type { NetworkOptions, SomeOptions } from '../models/architecture.ts';
import { completeState } from '../models/complete-state.ts';
import { architectureById, chosenOptions, type IdentifiedNetwork } from '../models/registry.ts';
import { initialState } from '../nn/block.ts';
import { seededRandom } from '../random.ts';
import { firstLine } from '../runtime/choose-device.ts';
import { DEVICES, type DeviceChoice } from '../runtime/runtime.ts';
import type { OpenWorkspace, Workspace } from '../runtime/workspace.ts';
import type { StateDict } from '../tensor.ts';
import { Trainer } from './engine/trainer.ts';
import { parseLoss } from './loss-spec.ts';
import { type OptimizerSpec, optimizerOptions } from './optimizer-options.ts';
import { TRAINING_DEFAULTS } from './options.ts';

/** A network to be trained: a loaded one, or its architecture and options, from given or from fresh weights. */
export interface NetworkSpec {
  readonly architecture: string | { readonly id: string };
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
  /** Default: `cpu`, which `auto` is, too: training on a graphics card has to be asked for. */
  readonly device?: DeviceChoice;
  /** Threads of the CPU; default: one per core. */
  readonly threads?: number;
}

export const DEFAULT_TRAINING_MEMORY = 10 * 1024 ** 3;

const TRAINING_DEVICES: readonly DeviceChoice[] = ['auto', ...DEVICES];

/**
 * @throws {InputError} for options that no such network or optimiser has or that make no sense, weights of another
 *   network, and a device that does not work here
 */
export async function createTrainer(
  spec: NetworkSpec,
  options: TrainerOptions,
  openWorkspace: OpenWorkspace,
): Promise<Trainer> {
  checkTrainerOptions(options);
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
  return Trainer.create(network, settings, await openOn(openWorkspace, options.device, options.threads));
}

/**
 * A workspace on a device. `auto` is the CPU: it is the one that was measured.
 *
 * @throws {InputError} where the device does not work here
 */
export async function openOn(
  openWorkspace: OpenWorkspace,
  choice: DeviceChoice = 'cpu',
  threads?: number,
): Promise<Workspace> {
  const device = choice === 'auto' ? 'cpu' : choice;
  return openWorkspace({ device, threads }).catch((error: unknown) => {
    throw new InputError(`the device ${device} does not work here: ${firstLine(error)}`);
  });
}

/** Those of the optimiser are checked with it. */
function checkTrainerOptions(options: TrainerOptions): void {
  const { seed, ema, clip, memory, threads, checkpointing, device } = options;
  expectThat(seed === undefined || Number.isSafeInteger(seed), 'seed', 'a whole number', seed);
  const isDecay = ema === undefined || (Number.isFinite(ema) && ema >= 0 && ema < 1);
  expectThat(isDecay, 'ema', 'a number from 0 to below 1', ema);
  for (const [name, value] of Object.entries({ clip, memory }))
    expectThat(value === undefined || value > 0, name, 'a number above 0', value);
  const areThreads = threads === undefined || (Number.isSafeInteger(threads) && threads > 0);
  expectThat(areThreads, 'threads', 'a whole number of 1 or more', threads);
  const isChoice = checkpointing === undefined || ['auto', 'on', 'off'].includes(checkpointing);
  expectThat(isChoice, 'checkpointing', 'auto, on or off', checkpointing);
  const isDevice = device === undefined || TRAINING_DEVICES.includes(device);
  expectThat(isDevice, 'device', TRAINING_DEVICES.join(', '), device);
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
