import {
  createTrainer as createWith,
  type NetworkSpec,
  type TrainerOptions,
} from '../train/create-trainer.ts';
import type { Trainer } from '../train/engine/trainer.ts';
import { openWorkspace } from './workspace.ts';

/**
 * Opens a network for training: a loaded one (whose weights are copied), or one that its architecture and options
 * describe.
 *
 * @throws {InputError} for options that no such network or optimiser has, or weights of another network
 */
export function createTrainer(network: NetworkSpec, options: TrainerOptions = {}): Promise<Trainer> {
  return createWith(network, options, openWorkspace);
}
