/** What every network must stand: its options are found again in its weights, through every file format. */
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { writeTorch } from '../../src/formats/torch-write.ts';
import type { Architecture, NetworkOptions, SomeOptions } from '../../src/models/architecture.ts';
import { exportOnnx } from '../../src/models/export-onnx.ts';
import { networkMetadata, readNetworkMetadata } from '../../src/models/metadata.ts';
import { INPUT, networkProgram } from '../../src/models/program.ts';
import { identify } from '../../src/models/registry.ts';
import { type Block, initialState } from '../../src/nn/block.ts';
import { seededRandom } from '../../src/random.ts';
import type { StateDict, Tensor } from '../../src/tensor.ts';
import { runValue } from '../run-value.ts';

/** A network under test: options of a small one, changes to them, and the options that weights do not tell. */
export interface RoundTrip<O extends NetworkOptions> {
  readonly architecture: Architecture<O>;
  readonly tiny: O;
  readonly sets: readonly Partial<O>[];
  readonly untold?: readonly (keyof O & string)[];
}

/** The same weights in each run. */
export function randomState(network: Block): StateDict {
  return initialState(network, seededRandom(1).uniform);
}

export function describeRoundTrip<O extends NetworkOptions>(network: RoundTrip<O>): void {
  const { architecture, tiny, sets, untold = [] } = network;
  const tell = (options: O) => Object.fromEntries(untold.map((name) => [name, options[name]])) as SomeOptions;

  describe('options survive: build → state dict → detect', () => {
    it.each(sets.map((set) => ({ set })))('$set', async ({ set }) => {
      const options = { ...tiny, ...set };
      const built = architecture.build(options);
      const state = randomState(built);
      const found = identify(state, { options: tell(options) });
      expect(found.architecture.id).toBe(architecture.id);
      expect(found.options).toEqual(options);
      expect(found.guessed).toEqual([]);
      expect([...found.state]).toEqual([...state]);
      expect(await run(found.network, options, found.state)).toEqual(await run(built, options, state));
    });
  });

  describe('options and output survive files', () => {
    const options = { ...tiny, ...sets.at(-1) };
    const built = architecture.build(options);
    const state = randomState(built);
    const metadata = networkMetadata(architecture.id, options);
    it.each([
      ['safetensors', writeSafetensors(state, { metadata })],
      ['torch-zip', writeTorch(state, { container: 'zip', metadata })],
      ['torch-legacy', writeTorch(state, { container: 'legacy' })],
      ['onnx', exportOnnx({ architecture: architecture.id, options, state })],
    ])('%s', async (container, bytes) => {
      const checkpoint = openCheckpoint(bytes);
      expect(checkpoint.container).toBe(container);
      const stored = readNetworkMetadata(checkpoint.metadata);
      const found = identify(checkpoint.tensors, { options: tell(options), ...stored });
      expect(found.options).toEqual(options);
      expect(await run(found.network, options, found.state)).toEqual(await run(built, options, state));
    });

    it('metadata tells what weights do not', () => {
      expect(identify(state, readNetworkMetadata(metadata))).toMatchObject({ options, guessed: [] });
    });
  });
}

function run(network: Block, options: NetworkOptions, state: StateDict): Promise<Tensor> {
  const dims = [1, options.colors, 5, 6];
  const data = Float32Array.from(
    { length: 30 * options.colors },
    (_, i) => (((i * 37) % 101) / 100) * options.valueRange,
  );
  return runValue(networkProgram(network, options), { [INPUT]: { data, dims } }, state);
}
