/** What PyTorch computed in training, in double precision: `../fixtures`, written by scripts/record_training.py. */
import { readFileSync } from 'node:fs';
import { readCheckpoint } from '../../../src/formats/checkpoint.ts';
import type { SomeOptions } from '../../../src/models/architecture.ts';
import { identify } from '../../../src/models/registry.ts';
import type { StateDict, Tensor } from '../../../src/tensor.ts';
import type { NetworkSpec } from '../../../src/train/create-trainer.ts';
import type { TrainingBatch } from '../../../src/train/engine/batch.ts';
import { readRecorded } from '../../models/recorded.ts';

export function recordedTensors(name: string): StateDict {
  return readCheckpoint(readFileSync(`test/train/fixtures/${name}.pt`));
}

/** The tensors whose keys begin with the prefix, without it. */
export function below(prefix: string, state: StateDict): StateDict {
  const entries = [...state].filter(([key]) => key.startsWith(prefix));
  return new Map(entries.map(([key, tensor]) => [key.slice(prefix.length), tensor]));
}

/** What the weights of a recorded network do not tell. */
const OPTIONS: Readonly<Record<string, SomeOptions>> = { edsr: { resScale: 0.1 } };

/** A tiny network that PyTorch ran, and a batch for it. */
export function recordedNetwork(name: string, target: Tensor): { spec: NetworkSpec; batch: TrainingBatch } {
  const { state, input } = readRecorded(name);
  const { architecture, options } = identify(state, { options: OPTIONS[name] ?? {} });
  return { spec: { architecture: architecture.id, options, state }, batch: { input, target } };
}

/** A state dict's tensors one after the other, in its order. */
export function flattened(state: StateDict): Float32Array {
  return Float32Array.from([...state.values()].flatMap(({ data }) => [...data]));
}
