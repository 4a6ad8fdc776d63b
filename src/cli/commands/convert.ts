import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { type TorchWriteOptions, writeTorch } from '../../formats/torch-write.ts';
import { exportOnnx } from '../../models/export-onnx.ts';
import { networkMetadata } from '../../models/metadata.ts';
import { type IdentifiedNetwork, identify } from '../../models/registry.ts';
import { startAtScale } from '../../models/transfer.ts';
import { nodeRuntime } from '../../node/runtime.ts';
import { checkWritable, writeWhole } from '../../node/write-file.ts';
import { seededRandom } from '../../random.ts';
import { checkOnnx } from '../../upscale/check-onnx.ts';
import { identifyFile, openCheckpointFile } from '../checkpoint-file.ts';
import { UsageError } from '../failure.ts';
import { oneOf, positiveInteger, positiveNumber } from '../values.ts';

interface ConvertOptions {
  overwrite?: boolean;
  float16?: boolean;
  container?: TorchWriteOptions['container'];
  scale?: number;
  valueRange?: number;
  resScale?: number;
  startScale?: number;
  seed?: number;
}

/** What a format is made of: the network, and the metadata of the file that it comes from. */
type Writer = (
  network: IdentifiedNetwork,
  metadata: Readonly<Record<string, string>>,
  options: ConvertOptions,
) => Uint8Array | Promise<Uint8Array>;

const WRITERS: Readonly<Record<string, Writer>> = {
  '.safetensors': toSafetensors,
  '.onnx': toOnnx,
  '.pt': toTorch,
  '.pth': toTorch,
};

export function addConvert(program: Command): void {
  program
    .command('convert')
    .description('write the weights of a checkpoint in another format, under the official key names')
    .argument('<input>', ".pt, .pth, .safetensors, or an .onnx of sisr's own")
    .argument('<output>', '.safetensors, .onnx (checked by running it), .pt or .pth')
    .option('--float16', '.safetensors: half the size, values rounded to 11 bits')
    .addOption(
      new Option(
        '--container <kind>',
        '.pt, .pth: zip, or legacy for PyTorch before 1.6 (default: zip)',
      ).argParser(oneOf(['zip', 'legacy'])),
    )
    .option('-s, --scale <factor>', 'enlargement, where the weights do not tell it (SRCNN)', positiveInteger)
    .option(
      '--value-range <most>',
      'the network works on 0..most, where the weights do not tell',
      positiveNumber,
    )
    .option('--res-scale <factor>', 'residual scaling of EDSR, which weights do not tell', positiveNumber)
    .option(
      '--start-scale <factor>',
      'the start of a training at another scale: the upsampler is exchanged, what does not fit is random',
      positiveInteger,
    )
    .option('--seed <number>', 'of the random weights of --start-scale (default: 1)', positiveInteger)
    .option('--overwrite', 'replace an existing file')
    .action(run);
}

async function run(input: string, output: string, options: ConvertOptions): Promise<void> {
  const write = chooseWriter(output, options);
  await checkWritable(output, options);
  const file = await openCheckpointFile(input);
  const { scale, valueRange, resScale } = options;
  const source = identifyFile(input, file, {
    ...(scale && { scale }),
    ...(valueRange && { valueRange }),
    ...(resScale && { resScale }),
  });
  const network = atStartScale(source, options);
  const bytes = await write(network, file.metadata, options);
  await writeWhole(output, bytes, options);
  for (const note of [...file.warnings, ...source.guessed, ...lostOptions(output, network, options)])
    process.stderr.write(`note: ${note}\n`);
  const size = bytes.length.toLocaleString('en');
  process.stdout.write(
    `${output}: ${network.architecture.title} ×${network.options.scale}, ${network.state.size} tensors, ${size} bytes\n`,
  );
}

/** With `--start-scale`: the network at that scale, after saying what it kept. */
function atStartScale(source: IdentifiedNetwork, { startScale, seed }: ConvertOptions): IdentifiedNetwork {
  if (startScale === undefined) {
    if (seed !== undefined) throw new UsageError('--seed is of the random weights of --start-scale');
    return source;
  }
  const { network, transfer } = startAtScale(source, startScale, seededRandom(seed ?? 1).uniform);
  const { taken, leftRandom, ignored } = transfer;
  process.stderr.write(`taken: ${taken.length} of ${network.state.size} tensors\n`);
  if (leftRandom.length > 0) process.stderr.write(`random: ${leftRandom.join(', ')}\n`);
  if (ignored.length > 0) process.stderr.write(`left out: ${ignored.join(', ')}\n`);
  return network;
}

/** @throws {UsageError} for a name of no known format, and for options of another one */
function chooseWriter(output: string, { float16, container }: ConvertOptions): Writer {
  const extension = extname(output).toLowerCase();
  const write = WRITERS[extension];
  if (!write) {
    const known = Object.keys(WRITERS).join(', ');
    throw new UsageError(`${output}: expected a name that ends in ${known}, found "${extname(output)}"`);
  }
  if (float16 && extension !== '.safetensors')
    throw new UsageError(`--float16 is for .safetensors, found ${output}`);
  if (container && write !== toTorch)
    throw new UsageError(`--container ${container} is for .pt and .pth, found ${output}`);
  return write;
}

function toSafetensors(
  { architecture, options, state }: IdentifiedNetwork,
  metadata: Readonly<Record<string, string>>,
  { float16 }: ConvertOptions,
): Uint8Array {
  const all = { ...metadata, ...networkMetadata(architecture.id, options) };
  return writeSafetensors(state, { metadata: all, dtype: float16 ? 'float16' : 'float32' });
}

async function toOnnx(network: IdentifiedNetwork): Promise<Uint8Array> {
  const { architecture, options, state } = network;
  const model = exportOnnx({ architecture: architecture.id, options, state });
  await checkOnnx(model, network, nodeRuntime);
  return model;
}

function toTorch(
  { architecture, options, state }: IdentifiedNetwork,
  metadata: Readonly<Record<string, string>>,
  { container = 'zip' }: ConvertOptions,
): Uint8Array {
  if (container === 'legacy') return writeTorch(state, { container });
  return writeTorch(state, {
    container,
    metadata: { ...metadata, ...networkMetadata(architecture.id, options) },
  });
}

/** PyTorch's legacy container has no place for options; some are not told by the weights. */
function lostOptions(
  output: string,
  { architecture, options, state }: IdentifiedNetwork,
  { container }: ConvertOptions,
): string[] {
  if (container !== 'legacy') return [];
  const implied = Object.entries(identify(state, { architecture: architecture.id }).options);
  const lost = Object.entries(options).filter(([name, value]) =>
    implied.some(([other, taken]) => other === name && taken !== value),
  );
  return lost.map(
    ([name, value]) =>
      `${output} cannot say that ${name} is ${value}; every format but --container legacy can`,
  );
}
