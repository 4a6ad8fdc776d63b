import { expectThat, InputError } from '../errors.ts';
import { type OptimizerOptions, TRAINING_DEFAULTS } from './options.ts';

/** An optimiser by name; what is left out has the original's default, which but for rate and momentum is PyTorch's. */
export interface OptimizerSpec {
  readonly name: OptimizerOptions['name'];
  /** Learning rate. Default: 1e-4. */
  readonly lr?: number;
  /** Of Adam and AdamW. */
  readonly betas?: readonly [number, number];
  /** Of Adam, AdamW and RMSprop. */
  readonly eps?: number;
  /** Of SGD. Default: 0.9, the original's. */
  readonly momentum?: number;
  /** Default: 0.01 of AdamW, 0 of the others. */
  readonly weightDecay?: number;
}

/** @throws {InputError} for a name of no optimiser, and numbers with which it would spoil the weights */
export function optimizerOptions(spec: OptimizerSpec): OptimizerOptions {
  checkNumbers(spec);
  const { optimizer } = TRAINING_DEFAULTS;
  const { betas = optimizer.betas, eps = optimizer.eps, momentum = optimizer.momentum } = spec;
  // PyTorch writes Adam, the original program ADAM.
  const name = String(spec.name).toLowerCase() as OptimizerSpec['name'];
  switch (name) {
    case 'adam':
      return { name, betas, eps, weightDecay: spec.weightDecay ?? 0 };
    case 'adamw':
      return { name, betas, eps, weightDecay: spec.weightDecay ?? 0.01 };
    case 'sgd':
      return { name, momentum, weightDecay: spec.weightDecay ?? 0 };
    case 'rmsprop':
      return { name, eps, weightDecay: spec.weightDecay ?? 0 };
    default:
      throw new InputError(`optimizer: expected adam, adamw, sgd or rmsprop, found ${spec.name}`);
  }
}

function checkNumbers({ lr, betas, eps, momentum, weightDecay }: OptimizerSpec): void {
  const expectNumber = (name: string, value: number | undefined, holds: boolean, expected: string) =>
    expectThat(value === undefined || (Number.isFinite(value) && holds), name, expected, value);
  expectNumber('learning rate', lr, lr! > 0, 'a number above 0');
  const isDecay = (beta: number) => Number.isFinite(beta) && beta >= 0 && beta < 1;
  const areDecays = betas === undefined || (betas.length === 2 && betas.every(isDecay));
  expectThat(areDecays, 'betas', 'two numbers from 0 to below 1', betas);
  expectNumber('eps', eps, eps! > 0, 'a number above 0');
  expectNumber('momentum', momentum, momentum! >= 0, 'a number of 0 or more');
  expectNumber('weight decay', weightDecay, weightDecay! >= 0, 'a number of 0 or more');
}
