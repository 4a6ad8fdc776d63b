/** What a training starts with: a fresh network, the weights of another, or an epoch of another run. */
import { join } from 'node:path';
import { InputError, naming } from '../errors.ts';
import { readNetworkMetadata } from '../models/metadata.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { transferWeights } from '../models/transfer.ts';
import { stateOfEpoch } from '../node/training.ts';
import { networkToTrain } from '../train/create-trainer.ts';
import type { TrainingOptions, TrainingStart } from '../train/options.ts';
import type { TrainingState } from '../train/run.ts';
import { openCheckpointFile } from './checkpoint-file.ts';
import { findModel } from './network-options.ts';
import { describedNetwork } from './original-settings.ts';

export interface Beginning {
  readonly network: IdentifiedNetwork;
  /** Where an epoch of another run is gone on from. */
  readonly state: TrainingState | undefined;
  /** What was taken from where, one line each. */
  readonly notes: readonly string[];
}

/** @throws {InputError} for a checkpoint of another network, and an epoch that was not kept */
export function beginningOf(options: TrainingOptions, start: TrainingStart): Promise<Beginning> {
  const { architecture, network: wanted, seed } = options;
  const network = networkToTrain({ architecture, options: wanted }, seed);
  switch (start.kind) {
    case 'weights':
      return fromWeights(network, start.model);
    case 'resume':
      if (start.epoch !== 'latest') return fromEpoch(network, options, start.run, start.epoch);
  }
  return Promise.resolve({ network, state: undefined, notes: [] });
}

async function fromEpoch(
  network: IdentifiedNetwork,
  { runs, stepsPerEpoch }: TrainingOptions,
  run: string,
  epoch: number,
): Promise<Beginning> {
  const state = await stateOfEpoch(join(runs, run), epoch, stepsPerEpoch);
  return {
    network,
    state,
    notes: [
      `weights of epoch ${epoch} of ${run}, or their moving average where one was kept; the optimiser begins anew`,
    ],
  };
}

async function fromWeights(fresh: IdentifiedNetwork, model: string): Promise<Beginning> {
  const { name, path } = findModel({ model }, '--pre_train');
  const checkpoint = await openCheckpointFile(path);
  return naming(path, () => {
    const source = identifyStored(checkpoint, { defaultScale: fresh.options.scale });
    refuseOther(source, fresh, untold(source, checkpoint));
    const { state, taken, leftRandom } = transferWeights(source.state, fresh.network, fresh.state);
    const random = leftRandom.length > 0 ? `; random: ${leftRandom.join(', ')}` : '';
    return {
      network: { ...fresh, state },
      state: undefined,
      notes: [`${taken.length} of ${state.size} tensors taken from ${name}${random}`],
    };
  });
}

/** The options that neither the weights nor the file tell: what is asked for holds. */
function untold(
  { architecture, state }: IdentifiedNetwork,
  { metadata }: { metadata: Readonly<Record<string, string>> },
): string[] {
  const told = readNetworkMetadata(metadata).options ?? {};
  return Object.keys(architecture.guesses?.(state) ?? {}).filter((name) => !(name in told));
}

/** Only the scale may differ: the upsampler is exchanged. */
function refuseOther(found: IdentifiedNetwork, expected: IdentifiedNetwork, untold: readonly string[]): void {
  const names = Object.keys(expected.options).filter((name) => name !== 'scale' && !untold.includes(name));
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
