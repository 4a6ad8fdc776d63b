/** The network that `sisr test` tests: from its file, and as the options say it is. */
import { InputError, naming } from '../errors.ts';
import type { SomeOptions } from '../models/architecture.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { openCheckpointFile } from './checkpoint-file.ts';
import { findModel } from './network-options.ts';
import type { OriginalValues } from './original-options.ts';
import { architectureId, NETWORK_OPTION_NAMES, type NetworkOptionName } from './original-settings.ts';
import type { TestSettings } from './test-options.ts';

/** What weights do not tell: the options decide. */
const NOT_IN_WEIGHTS: readonly NetworkOptionName[] = ['rgb_range', 'res_scale'];

const NAMES = Object.keys(NETWORK_OPTION_NAMES) as NetworkOptionName[];

/** The network of a file, and what has to be said of it. */
export interface TestedNetwork {
  /** The file's name, or the name of the model that ships. */
  readonly name: string;
  readonly network: IdentifiedNetwork;
  readonly warnings: readonly string[];
}

/** @throws {InputError} where the options describe another network than the file's */
export async function identifyTested({
  model,
  modelOption,
  scale,
  chosen,
  given,
}: TestSettings): Promise<TestedNetwork> {
  const { name, path } = findModel({ model }, modelOption);
  const checkpoint = await openCheckpointFile(path);
  const told = naming(path, () => identifyStored(checkpoint, { defaultScale: scale }));
  const has = (option: NetworkOptionName) => NETWORK_OPTION_NAMES[option] in told.architecture.defaults;
  const options: SomeOptions = Object.fromEntries(
    NOT_IN_WEIGHTS.filter((option) => has(option) && chosen[option] !== undefined).map((option) => [
      NETWORK_OPTION_NAMES[option],
      chosen[option],
    ]),
  );
  const network = naming(path, () => identifyStored(checkpoint, { defaultScale: scale, options }));
  refuseContradictions(name, network, chosen, scale);
  const { title } = network.architecture;
  const warnings = NAMES.filter((option) => option in given && !has(option)).map(
    (option) => `--${option} has no effect: ${title} has no such option`,
  );
  return { name, network, warnings };
}

function refuseContradictions(
  name: string,
  { architecture, options }: IdentifiedNetwork,
  chosen: Partial<OriginalValues>,
  scale: number | undefined,
): void {
  const id = chosen.model === undefined ? architecture.id : architectureId(chosen.model);
  const pairs: [option: string, wanted: unknown, found: unknown][] = [
    ['model', chosen.model, id === architecture.id ? chosen.model : architecture.title],
    ['scale', scale, options.scale],
  ];
  const found = new Map<string, unknown>(Object.entries(options));
  for (const option of id === architecture.id ? NAMES : []) {
    const key = NETWORK_OPTION_NAMES[option];
    if (found.has(key)) pairs.push([option, chosen[option], found.get(key)]);
  }
  const wrong = pairs.filter(([, wanted, actual]) => wanted !== undefined && wanted !== actual);
  if (wrong.length === 0) return;
  const wanted = wrong.map(([option, value]) => `--${option} ${value}`).join(', ');
  const actual = wrong.map(([option, , value]) => `--${option} ${value}`).join(', ');
  throw new InputError(
    `${name}: expected a network of ${wanted}, found one of ${actual}: correct these options or leave them out`,
  );
}
