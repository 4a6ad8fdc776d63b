/** Which model enlarges which picture, and the network of the one that is at work. */
import { naming } from '../errors.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import { isLossyFile } from '../node/picture.ts';
import { nodeRuntime } from '../node/runtime.ts';
import { createNetwork, type Network } from '../upscale/network.ts';
import { openCheckpointFile } from './checkpoint-file.ts';
import type { JobOptions } from './jobs.ts';
import {
  checkScale,
  DEFAULT_SCALE,
  type FoundModel,
  findModel,
  type ModelOptions,
  type RunningOptions,
  shippedModelFor,
} from './network-options.ts';
import { sayNetwork } from './say.ts';

/** The scale, and the model for each picture: the one that was named, or what ships for pictures of its format. */
export async function modelChoice(
  networks: OpenNetwork,
  options: ModelOptions,
): Promise<Pick<JobOptions, 'scale' | 'chooseModel'>> {
  const { model, scale = DEFAULT_SCALE } = options;
  if (model !== undefined) {
    const named = findModel(options);
    const { options: network } = await networks.identify(named);
    checkScale(network, options, named.name);
    return { scale: network.scale, chooseModel: async () => named };
  }
  shippedModelFor({ scale, lossy: false }); // Refuses a scale that no model has before pictures are looked for.
  return {
    scale,
    chooseModel: async (input) => shippedModelFor({ scale, lossy: await isLossyFile(input) }),
  };
}

interface Current {
  readonly path: string;
  readonly identified: Promise<IdentifiedNetwork>;
  /** Where it was asked for. */
  network?: Promise<Network>;
}

/** The network of one model at a time, opened when it is first asked for. What fails once fails for every picture. */
export class OpenNetwork {
  private readonly options: ModelOptions & RunningOptions;
  private current: Current | undefined;

  constructor(options: ModelOptions & RunningOptions) {
    this.options = options;
  }

  /** What the file tells of the network, without opening it. */
  async identify(model: FoundModel): Promise<IdentifiedNetwork> {
    return (await this.select(model)).identified;
  }

  async open(model: FoundModel): Promise<Network> {
    const current = await this.select(model);
    current.network ??= this.start(model, current.identified);
    return current.network;
  }

  async dispose(): Promise<void> {
    const network = await this.current?.network?.catch(() => undefined);
    await network?.dispose();
    this.current = undefined;
  }

  private async select({ path }: FoundModel): Promise<Current> {
    if (this.current?.path === path) return this.current;
    await this.dispose();
    this.current = { path, identified: identify(path, this.options) };
    return this.current;
  }

  private async start({ name, why }: FoundModel, identified: Promise<IdentifiedNetwork>): Promise<Network> {
    const network = await createNetwork(await identified, nodeRuntime, this.options);
    sayNetwork(name, network, why);
    return network;
  }
}

async function identify(path: string, { scale }: ModelOptions): Promise<IdentifiedNetwork> {
  const checkpoint = await openCheckpointFile(path);
  return naming(path, () => identifyStored(checkpoint, { defaultScale: scale }));
}
