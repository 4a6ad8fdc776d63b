/** Checkpoints by their path or name; errors name it. */
import { naming } from '../errors.ts';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint.ts';
import type { SomeOptions } from '../models/architecture.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { checkpointPath } from '../node/load-network.ts';
import { readBytes } from '../node/picture.ts';

export interface CheckpointFile extends Checkpoint {
  /** Bytes of the file. */
  readonly size: number;
}

/**
 * @param file its path, or the name of a model that ships
 * @throws {InputError} where it cannot be read, or is no checkpoint
 */
export async function openCheckpointFile(file: string): Promise<CheckpointFile> {
  const bytes = await readBytes(checkpointPath(file));
  return naming(file, () => ({ ...openCheckpoint(bytes), size: bytes.length }));
}

/**
 * @param options what the caller says of the network, beyond the file
 * @throws {InputError} where the tensors are no known network's, or it has no such options
 */
export function identifyFile(
  file: string,
  checkpoint: Checkpoint,
  options: SomeOptions = {},
): IdentifiedNetwork {
  return naming(file, () => identifyStored(checkpoint, { options }));
}
