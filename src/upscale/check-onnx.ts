import { InputError } from '../errors.ts';
import { openCheckpoint } from '../formats/checkpoint.ts';
import type { NetworkOptions } from '../models/architecture.ts';
import { INPUT, OUTPUT } from '../models/program.ts';
import type { IdentifiedNetwork } from '../models/registry.ts';
import { identifyStored } from '../models/stored-network.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { formatDims, relativeDifference, type StateDict, sameDims, type Tensor } from '../tensor.ts';
import { createNetwork } from './network.ts';

/** Batches and sizes that share nothing, so that a dimension that is not dynamic shows. */
const SIZES = [
  [1, 24, 20],
  [2, 19, 33],
] as const;
/** Of the largest value: a few roundings of float32. */
const TOLERANCE = 1e-5;

/**
 * Checks an exported model before it is kept: it must hold the source's weights and options, and give the source's
 * output on random input of two sizes.
 *
 * @throws {InputError} saying what differs
 */
export async function checkOnnx(
  model: Uint8Array,
  source: IdentifiedNetwork,
  runtime: Runtime,
): Promise<void> {
  checkWeights(model, source);
  const inputs = SIZES.map(([batch, height, width]) => randomInput(source.options, batch, height, width));
  const expected = await outputsOf(source, inputs, runtime);
  const session = await runtime.createSession(model, { device: 'cpu' });
  try {
    for (const [i, input] of inputs.entries()) {
      const { [OUTPUT]: output } = await session.run({ [INPUT]: input });
      compare(input, output, expected[i]!);
    }
  } finally {
    await session.dispose();
  }
}

function checkWeights(model: Uint8Array, source: IdentifiedNetwork): void {
  const { architecture, options, state } = identifyStored(openCheckpoint(model));
  const same = architecture.id === source.architecture.id && sameOptions(options, source.options);
  if (!same || !sameTensors(state, source.state))
    throw new InputError('the ONNX model does not hold what was to be stored in it, so it was not kept');
}

function sameOptions(a: NetworkOptions, b: NetworkOptions): boolean {
  const entries = (options: NetworkOptions) => JSON.stringify(Object.entries(options).sort());
  return entries(a) === entries(b);
}

function sameTensors(a: StateDict, b: StateDict): boolean {
  return a.size === b.size && [...a].every(([key, tensor]) => sameTensor(tensor, b.get(key)));
}

/** Bit for bit, NaN included. */
function sameTensor({ data, dims }: Tensor, other: Tensor | undefined): boolean {
  return (
    other !== undefined &&
    sameDims(dims, other.dims) &&
    data.every((value, i) => Object.is(value, other.data[i]))
  );
}

async function outputsOf(
  source: IdentifiedNetwork,
  inputs: readonly Tensor[],
  runtime: Runtime,
): Promise<Tensor[]> {
  const network = await createNetwork(source, runtime, { device: 'cpu' });
  try {
    const outputs: Tensor[] = [];
    for (const input of inputs) outputs.push(await network.run(input));
    return outputs;
  } finally {
    await network.dispose();
  }
}

function randomInput(options: NetworkOptions, batch: number, height: number, width: number): Tensor {
  const { colors, valueRange } = options;
  const data = new Float32Array(batch * colors * height * width);
  return { data: data.map(() => valueRange * Math.random()), dims: [batch, colors, height, width] };
}

function compare(input: Tensor, found: Tensor | undefined, expected: Tensor): void {
  if (sameTensor(expected, found)) return;
  const { data, dims } = found ?? { data: new Float32Array(), dims: [] };
  const difference = relativeDifference(data, expected.data);
  if (difference <= TOLERANCE && sameDims(dims, expected.dims)) return;
  throw new InputError(
    `the ONNX model was not kept: on random input ${formatDims(input.dims)} expected the output of the source, ` +
      `${formatDims(expected.dims)}, found ${formatDims(dims)}, ${difference.toExponential(1)} away`,
  );
}
