/** What sisr's own files say of a network beside its weights: the options that weights alone cannot tell. */
import { InputError } from '../errors.ts';
import type { NetworkOptions, SomeOptions } from './architecture.ts';

const ARCHITECTURE = 'sisr.architecture';
const OPTIONS = 'sisr.options';

/**
 * The metadata to store with a network's weights, for `writeSafetensors` and `writeTorch`: with it `loadNetwork` opens the
 * file with the same options.
 */
export function networkMetadata(
  architecture: string | { readonly id: string },
  options: NetworkOptions,
): Record<string, string> {
  const id = typeof architecture === 'string' ? architecture : architecture.id;
  return { [ARCHITECTURE]: id, [OPTIONS]: JSON.stringify(options) };
}

/**
 * What metadata says of the network; empty for files that are not sisr's.
 *
 * @throws {InputError} where it is damaged
 */
export function readNetworkMetadata(metadata: Readonly<Record<string, string>>): {
  architecture?: string;
  options?: SomeOptions;
} {
  const { [ARCHITECTURE]: architecture, [OPTIONS]: options } = metadata;
  return { ...(architecture && { architecture }), ...(options && { options: parseOptions(options) }) };
}

function parseOptions(text: string): SomeOptions {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw new Error('not an object');
    return Object.fromEntries(
      Object.entries(parsed).filter(([, value]) => ['number', 'boolean'].includes(typeof value)),
    );
  } catch {
    throw new InputError(
      `the metadata "${OPTIONS}" should hold the options as JSON, found ${text.slice(0, 60)}`,
    );
  }
}
