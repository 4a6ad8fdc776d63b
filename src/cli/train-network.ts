/** The network that a training starts with: fresh, or from the weights of another. */
import { InputError, naming } from '../errors.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { transferWeights } from '../models/transfer.ts';
import { networkToTrain } from '../train/create-trainer.ts';
import type { TrainingOptions } from '../train/options.ts';
import { openCheckpointFile } from './checkpoint-file.ts';
import { findModel } from './network-options.ts';
import { describedNetwork } from './original-settings.ts';

export interface StartingNetwork {
  readonly network: IdentifiedNetwork;
  /** What was taken from where, one line each. */
  readonly notes: readonly string[];
}

/** @throws {InputError} for a checkpoint of another network */
export async function startingNetwork(options: TrainingOptions): Promise<StartingNetwork> {
  const { architecture, network, seed } = options;
  const fresh = networkToTrain({ architecture, options: network }, seed);
  if (options.start.kind !== 'weights') return { network: fresh, notes: [] };
  const { name, path } = findModel({ model: options.start.model }, '--pre_train');
  const checkpoint = await openCheckpointFile(path);
  return naming(path, () => {
    const source = identifyStored(checkpoint, { defaultScale: options.network.scale });
    refuseOther(source, fresh);
    const { state, taken, leftRandom } = transferWeights(source.state, fresh.network, fresh.state);
    const random = leftRandom.length > 0 ? `; random: ${leftRandom.join(', ')}` : '';
    return {
      network: { ...fresh, state },
      notes: [`${taken.length} of ${state.size} tensors taken from ${name}${random}`],
    };
  });
}

/** Only the scale may differ: the upsampler is exchanged. */
function refuseOther(found: IdentifiedNetwork, expected: IdentifiedNetwork): void {
  const names = Object.keys(expected.options).filter((name) => name !== 'scale');
  const same = (name: string) => optionOf(found, name) === optionOf(expected, name);
  if (found.architecture === expected.architecture && names.every(same)) return;
  throw new InputError(
    `expected the weights of ${asOptions(expected)}, found those of ${asOptions(found)}: give these options to train that network`,
  );
}

/** A network as the command line asks for it, so that it can be. */
function asOptions({ architecture, options }: IdentifiedNetwork): string {
  const { scale: _, ...described } = describedNetwork(architecture.title, options);
  return Object.entries(described)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
}

function optionOf({ options }: IdentifiedNetwork, name: string): unknown {
  return new Map(Object.entries(options)).get(name);
}
