/** Checkpoints by their path; errors name the file. */
import { InputError } from '../errors.ts';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint.ts';
import type { SomeOptions } from '../models/architecture.ts';
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

/**
 * @param options what the caller says of the network, beyond the file
 * @throws {InputError} where the tensors are no known network's, or it has no such options
 */
export function identifyFile(
  file: string,
  { tensors, metadata }: Checkpoint,
  options: SomeOptions = {},
): IdentifiedNetwork {
  return naming(file, () => {
    const stored = readNetworkMetadata(metadata);
    return identify(tensors, { ...stored, options: { ...stored.options, ...options } });
  });
}

function naming<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) error.message = `${file}: ${error.message}`;
    throw error;
  }
}
