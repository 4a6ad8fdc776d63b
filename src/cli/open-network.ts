/** Which model enlarges which picture, and the network of the one that is at work. */
import { loadNetwork } from '../node/load-network.ts';
import { isLossyFile } from '../node/picture.ts';
import type { Network } from '../upscale/network.ts';
import type { JobOptions } from './jobs.ts';
import {
  checkScale,
  DEFAULT_SCALE,
  type FoundModel,
  findModel,
  type ModelOptions,
  type NetworkOptions,
  shippedModelFor,
} from './network-options.ts';

/** The scale, and the model for each picture: the one that was named, or what ships for pictures of its format. */
export async function modelChoice(
  networks: OpenNetwork,
  options: ModelOptions,
): Promise<Pick<JobOptions, 'scale' | 'chooseModel'>> {
  const { model, scale = DEFAULT_SCALE } = options;
  if (model !== undefined) {
    const named = findModel(options);
    const network = await networks.open(named);
    checkScale(network, options, named.name);
    return { scale: network.scale, chooseModel: async () => named };
  }
  shippedModelFor({ scale, lossy: false }); // Refuses a scale that no model has before pictures are looked for.
  return {
    scale,
    chooseModel: async (input) => shippedModelFor({ scale, lossy: await isLossyFile(input) }),
  };
}

/** The network of one model at a time, opened when it is first asked for. */
export class OpenNetwork {
  private readonly options: ModelOptions & NetworkOptions;
  private current?: { path: string; network: Network } | undefined;

  constructor(options: ModelOptions & NetworkOptions) {
    this.options = options;
  }

  async open({ name, path, why }: FoundModel): Promise<Network> {
    if (this.current?.path === path) return this.current.network;
    await this.dispose();
    const network = await loadNetwork(path, { ...this.options, defaultScale: this.options.scale });
    this.current = { path, network };
    const reason = why === undefined ? '' : `, ${why}`;
    process.stderr.write(`${name} ×${network.scale} on ${network.device}${reason}\n`);
    for (const note of [...network.notes, ...network.deviceNotes]) process.stderr.write(`  ${note}\n`);
    return network;
  }

  async dispose(): Promise<void> {
    await this.current?.network.dispose();
    this.current = undefined;
  }
}
