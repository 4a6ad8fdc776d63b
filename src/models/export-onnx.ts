import { InputError } from '../errors.ts';
import { writeOnnx } from '../graph/onnx.ts';
import { elementCount, type StateDict } from '../tensor.ts';
import type { NetworkOptions } from './architecture.ts';
import { completeState } from './complete-state.ts';
import { networkMetadata } from './metadata.ts';
import { networkProgram, OUTPUT } from './program.ts';
import { architectureById } from './registry.ts';

/** What `exportOnnx` takes; a `Network` from `loadNetwork` is one, and so is what `identify` gives. */
export interface NetworkWeights {
  readonly architecture: string | { readonly id: string };
  readonly options: Readonly<NetworkOptions>;
  /** Every parameter under the official names. */
  readonly state: StateDict;
}

/** Protocol buffers end at 2 GiB; the nodes and names of the deepest network take less than the rest. */
const MAX_WEIGHT_BYTES = 2 ** 31 - 2 ** 26;

/**
 * Writes a network as one ONNX model that needs nothing beside it.
 *
 * - Opset 17 of the default domain, IR version 8: ONNX Runtime 1.12 and later, and most other runtimes.
 * - Input `input` [batch, colors, height, width], output `output` [batch, colors, height × scale, width × scale],
 *   float32, all dimensions but the channels dynamic; values 0..valueRange, neither clamped nor rounded. One color
 *   is Y. SRCNN takes the picture already enlarged and keeps its size.
 * - All weights are stored inline as float32 initialisers under their state-dict keys, those that the network
 *   never uses included (SAN has some; ONNX Runtime warns that it drops them); external data is never written.
 *   `readCheckpoint` gives the state dict back.
 * - Metadata: `sisr.architecture`, `sisr.options` (JSON), and of the options again `sisr.scale` and
 *   `sisr.valueRange`, for programs that want no more.
 *
 * @throws {InputError} where the tensors are not the network's, or weigh 2 GB, the most that ONNX holds inline
 */
export function exportOnnx(network: NetworkWeights): Uint8Array {
  checkSize(network.state);
  const architecture = architectureById(network.architecture);
  const root = architecture.build(network.options);
  return writeOnnx(
    { [OUTPUT]: networkProgram(root, network.options) },
    {
      parameters: completeState(architecture.title, root, network.state),
      metadata: onnxMetadata(network),
      keepUnused: true,
    },
  );
}

function onnxMetadata({ architecture, options }: NetworkWeights): Record<string, string> {
  return {
    ...networkMetadata(architecture, options),
    'sisr.scale': String(options.scale),
    'sisr.valueRange': String(options.valueRange),
  };
}

function checkSize(state: StateDict): void {
  let bytes = 0;
  for (const { dims } of state.values()) bytes += Float32Array.BYTES_PER_ELEMENT * elementCount(dims);
  if (bytes > MAX_WEIGHT_BYTES) {
    throw new InputError(
      `an ONNX model holds at most 2 GB: expected weights of at most ${MAX_WEIGHT_BYTES} bytes, found ${bytes}`,
    );
  }
}
