/** The models that the server offers, and the networks of those that were asked for. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { parse } from 'node:path';
import { InputError, naming } from '../../errors.ts';
import { openCheckpoint } from '../../formats/checkpoint.ts';
import { identifyStored } from '../../models/stored-network.ts';
import { parameterCount } from '../../nn/block.ts';
import { chooseModel, listScales } from '../../upscale/choose-model.ts';
import { openNetwork } from '../../upscale/load.ts';
import type { Network, NetworkSettings } from '../../upscale/network.ts';
import { readBytes } from '../picture.ts';
import { nodeRuntime } from '../runtime.ts';
import { type ShippedModel, shippedModelPath, shippedModels } from '../shipped-models.ts';
import { HttpError } from './http-error.ts';

/** One entry of `GET /api/models`. What is known only of models that ship is missing from others. */
export type OfferedModel = Pick<ShippedModel, 'name' | 'architecture' | 'scale' | 'parameters' | 'sha256'> &
  Partial<ShippedModel> & {
    /** Where the weights can be fetched. */
    url: string;
    /** Whether the server was told to offer it: such a model wins over what ships. */
    named: boolean;
  };

export interface NetworksOptions extends Pick<NetworkSettings, 'device' | 'threads'> {
  /** Bytes: networks that nobody asks for are closed where the process holds more than half of them. */
  memory: number;
}

/**
 * A tile cannot be interrupted: it must not take long, so that a picture that nobody waits for any more, or that
 * takes too long, soon makes way. About a second of two cores, as far as tiles may become small.
 */
const runtime = { ...nodeRuntime, tileWork: 3e10 };

export class Networks {
  /** The default for its scale comes before others of the same scale. */
  readonly models: readonly OfferedModel[];
  private readonly paths: ReadonlyMap<string, string>;
  private readonly options: NetworksOptions;
  private readonly open = new Map<string, Network>();

  private constructor(found: readonly FoundModel[], options: NetworksOptions) {
    this.models = found.map(({ model }) => model);
    this.paths = new Map(found.map(({ model, path }) => [model.name, path]));
    this.options = options;
  }

  /**
   * @param named names of models that ship, or checkpoint files; they come before the others that ship
   * @throws {InputError} where one is neither, is no known network's, or has another's name
   */
  static async find(named: readonly string[], options: NetworksOptions): Promise<Networks> {
    const shipped = shippedModels();
    const first = await Promise.all(
      named.map((name) => {
        const model = shipped.find((candidate) => candidate.name === name);
        return model ? describeShipped(model, true) : describeFile(name);
      }),
    );
    const others = shipped.filter(({ name }) => !named.includes(name));
    const found = [...first, ...others.map((model) => describeShipped(model, false))];
    for (const [index, { model, path }] of found.entries()) {
      if (found.findIndex((other) => other.model.name === model.name) < index)
        throw new InputError(`${path}: there is another model of the name ${model.name}`);
    }
    return new Networks(found, options);
  }

  /**
   * The model of that name, or else the one for such a picture: in a lossy file or not.
   *
   * @throws {HttpError} where no such model is offered, or it enlarges by another scale
   */
  choose({ name, scale }: WantedModel, lossy: boolean): OfferedModel {
    const fits = this.models.filter((model) => name === undefined || model.name === name);
    if (fits.length === 0)
      throw new HttpError(
        'bad_request',
        `model: expected one of ${this.models.map((model) => model.name).join(', ')}, found ${name}`,
      );
    const model = chooseModel(fits, { scale: scale ?? fits[0]!.scale, lossy });
    if (model) return model;
    throw new HttpError(
      'bad_request',
      `scale: ${name ?? 'the models offered here'} can enlarge ×${listScales(fits)}, not ×${scale}`,
    );
  }

  /** The file of an offered model's weights, for a page that runs the network itself. */
  async weights(name: string): Promise<string | undefined> {
    const path = this.paths.get(name);
    // It may be given as a link: whoever started the server has chosen it.
    return path === undefined ? undefined : realpath(path).catch(() => undefined);
  }

  /** The network of an offered model, opened when it is first asked for. To be called by one task at a time. */
  async network({ name, scale }: OfferedModel): Promise<Network> {
    await this.makeRoom(name);
    const network = this.open.get(name) ?? (await this.load(name, scale));
    this.open.set(name, network);
    return network;
  }

  private async load(name: string, scale: number): Promise<Network> {
    const path = this.paths.get(name)!;
    const { device, threads } = this.options;
    return openNetwork(await readBytes(path), runtime, { device, threads, defaultScale: scale }, path);
  }

  /** Closes a network that failed: a session whose thread has died stays dead. */
  async discard({ name }: OfferedModel): Promise<void> {
    const network = this.open.get(name);
    this.open.delete(name);
    await network?.dispose();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.models.map((model) => this.discard(model)));
  }

  /** ONNX Runtime keeps what the largest tile needed, in every session. */
  private async makeRoom(name: string): Promise<void> {
    if (process.memoryUsage.rss() < this.options.memory / 2) return;
    await Promise.all(this.models.filter((model) => model.name !== name).map((model) => this.discard(model)));
  }
}

export interface WantedModel {
  name?: string | undefined;
  scale?: number | undefined;
}

interface FoundModel {
  model: OfferedModel;
  path: string;
}

function describeShipped(model: ShippedModel, named: boolean): FoundModel {
  const url = `/models/${model.name}.safetensors`;
  return { model: { ...model, url, named }, path: shippedModelPath(model) };
}

async function describeFile(path: string): Promise<FoundModel> {
  const bytes = await readBytes(path);
  const { architecture, options, network } = naming(path, () => identifyStored(openCheckpoint(bytes)));
  const { name } = parse(path);
  const model = {
    name,
    url: `/weights/${encodeURIComponent(name)}`,
    named: true,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    architecture: architecture.id,
    scale: options.scale,
    parameters: parameterCount(network),
  };
  return { model, path };
}
