/** The parameters of a network in training, by key: out of the vectors of the workspace, and into them. */
import { InputError } from '../../errors.ts';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import type { Workspace } from '../../runtime/workspace.ts';
import { formatDims, type StateDict, sameDims, type Tensor } from '../../tensor.ts';
import type { Update } from './optimizer.ts';
import { gather, type ParameterVectors, scatter } from './parameters.ts';
import { TENSORS } from './plan.ts';
import { companion, trainedVectors } from './update-calls.ts';

export class TrainedParameters {
  private readonly network: IdentifiedNetwork;
  private readonly vectors: ParameterVectors;
  private readonly companions: Update['companions'];
  private readonly workspace: Workspace;

  constructor(
    network: IdentifiedNetwork,
    vectors: ParameterVectors,
    { companions }: Update,
    workspace: Workspace,
  ) {
    this.network = network;
    this.vectors = vectors;
    this.companions = companions;
    this.workspace = workspace;
  }

  /** In the network's order, with the parameters that no vector holds. */
  async weights(): Promise<StateDict> {
    const held = await this.read(TENSORS.weights, [...this.vectors.all.keys()]);
    return new Map([...this.network.state].map(([key, tensor]) => [key, held.get(key) ?? tensor]));
  }

  /** The moving average of the weights; the weights themselves where none is kept. */
  async averages(): Promise<StateDict> {
    const weights = await this.weights();
    if (!this.companions.includes('ema')) return weights;
    const averages = await this.companion('ema');
    return new Map([...weights].map(([key, tensor]) => [key, averages.get(key) ?? tensor]));
  }

  /** Of the parameters that are trained. */
  gradients(): Promise<StateDict> {
    return this.read(TENSORS.gradient, trainedVectors(this.vectors));
  }

  /** `weights.<key>`, and what is kept beside the weights: `moment1.<key>`, …, `ema.<key>`. */
  async state(): Promise<StateDict> {
    const tensors: StateDict = new Map();
    const add = (kind: string, state: StateDict) => {
      for (const [key, tensor] of state) tensors.set(`${kind}.${key}`, tensor);
    };
    add('weights', await this.weights());
    for (const kind of this.companions) add(kind, await this.companion(kind));
    return tensors;
  }

  /**
   * The tensors to write into the workspace, so that it holds a state; see `Trainer.load`.
   *
   * @throws {InputError} for a state of another network
   */
  tensorsOf(state: StateDict): Record<string, Tensor> {
    this.check(state);
    const weights = new Map(
      [...this.network.state].map(([key, tensor]) => [key, state.get(`weights.${key}`) ?? tensor]),
    );
    const tensors: Record<string, Tensor> = {};
    for (const [i, vector] of this.vectors.all.entries()) {
      tensors[TENSORS.weights(i)] = gather(vector, (key) => weights.get(key));
      if (!vector.trained) continue;
      for (const kind of this.companions)
        tensors[companion(kind, i)] = gather(
          vector,
          (key) => state.get(`${kind}.${key}`) ?? (kind === 'ema' ? weights.get(key) : undefined),
        );
    }
    return tensors;
  }

  private check(state: StateDict): void {
    for (const [name, { dims }] of state) {
      const key = name.slice(name.indexOf('.') + 1);
      const expected = this.network.state.get(key)?.dims;
      if (!expected || !sameDims(dims, expected))
        throw new InputError(
          `the stored training is that of another network: ${key} is ${formatDims(dims)}, expected ${expected ? formatDims(expected) : 'no such tensor'}`,
        );
    }
  }

  private companion(kind: Update['companions'][number]): Promise<StateDict> {
    return this.read((i) => companion(kind, i), trainedVectors(this.vectors));
  }

  private async read(nameOf: (vector: number) => string, indices: readonly number[]): Promise<StateDict> {
    const read = await this.workspace.read(indices.map(nameOf));
    const parts = indices.flatMap((i) => [...scatter(this.vectors.all[i]!, read[nameOf(i)]!)]);
    return new Map(parts);
  }
}
