/** Checkpoints by their path; errors name the file. */
import { InputError } from '../errors.ts';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint.ts';
import { readNetworkMetadata } from '../models/metadata.ts';
import { type IdentifiedNetwork, identify } from '../models/registry.ts';
import { readBytes } from '../node/picture.ts';

export interface CheckpointFile extends Checkpoint {
  /** Bytes of the file. */
  readonly size: number;
}

/** @throws {InputError} where the file cannot be read, or is no checkpoint */
export async function openCheckpointFile(file: string): Promise<CheckpointFile> {
  const bytes = await readBytes(file);
  return naming(file, () => ({ ...openCheckpoint(bytes), size: bytes.length }));
}

/** @throws {InputError} where the tensors are no known network's */
export function identifyFile(file: string, { tensors, metadata }: Checkpoint): IdentifiedNetwork {
  return naming(file, () => identify(tensors, readNetworkMetadata(metadata)));
}

function naming<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) error.message = `${file}: ${error.message}`;
    throw error;
  }
}
