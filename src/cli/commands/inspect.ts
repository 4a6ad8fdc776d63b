import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import { type NetworkCost, networkCost } from '../../models/cost.ts';
import type { IdentifiedNetwork } from '../../models/registry.ts';
import { parameterCount } from '../../nn/block.ts';
import { elementCount, formatDims } from '../../tensor.ts';
import { type CheckpointFile, identifyFile, openCheckpointFile } from '../checkpoint-file.ts';
import { printJson } from '../json.ts';

/** What `inspect --json` prints of the network. */
interface NetworkReport {
  architecture: string | null;
  /** Why no architecture fits. */
  reason?: string;
  options: object | null;
  scale: number | null;
  parameters: number;
  valueRange: number | null;
  /** Options that the file does not tell. */
  guessed: string[];
  cost: NetworkCost | null;
}

/** What `inspect --json` prints of the file. */
interface FileReport {
  container: string;
  /** Bytes of the file. */
  size: number;
  wrapper: string[];
  warnings: string[];
  /** Number of tensors of each type. */
  dtypes: Record<string, number>;
  tensors: { name: string; shape: readonly number[]; dtype: string }[];
}

type Report = NetworkReport & FileReport;

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('say what a checkpoint holds')
    .argument('<file>', ".pt, .pth, .safetensors, or an .onnx of sisr's own")
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run(file: string, { json }: { json?: boolean }): Promise<void> {
  const checkpoint = await openCheckpointFile(file);
  const report = { ...describeNetwork(file, checkpoint), ...describeFile(checkpoint) };
  if (json) printJson(report);
  else process.stdout.write(table(file, report));
}

function describeFile(checkpoint: CheckpointFile): FileReport {
  const { container, size, wrapper, warnings } = checkpoint;
  const dtypeOf = (name: string) => checkpoint.dtypes.get(name) ?? 'float32';
  const dtypes: Record<string, number> = {};
  const tensors = [...checkpoint.tensors].map(([name, { dims }]) => ({
    name,
    shape: dims,
    dtype: dtypeOf(name),
  }));
  for (const { dtype } of tensors) dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
  return { container, size, wrapper, warnings, dtypes, tensors };
}

function describeNetwork(file: string, checkpoint: CheckpointFile): NetworkReport {
  try {
    return describeKnown(identifyFile(file, checkpoint));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return describeUnknown(checkpoint, error.message.replace(`${file}: `, ''));
  }
}

function describeKnown({ architecture, options, network, guessed }: IdentifiedNetwork): NetworkReport {
  return {
    architecture: architecture.id,
    options,
    scale: options.scale,
    parameters: parameterCount(network),
    valueRange: options.valueRange,
    guessed,
    cost: networkCost(architecture, options),
  };
}

function describeUnknown({ tensors }: CheckpointFile, reason: string): NetworkReport {
  let parameters = 0;
  for (const { dims } of tensors.values()) parameters += elementCount(dims);
  return {
    architecture: null,
    reason,
    options: null,
    scale: null,
    parameters,
    valueRange: null,
    guessed: [],
    cost: null,
  };
}

function table(file: string, report: Report): string {
  const width = Math.max(...report.tensors.map(({ name }) => name.length), 0);
  const options = Object.entries(report.options ?? {}).map(([name, value]) => `${name} ${value}`);
  const dtypes = Object.entries(report.dtypes).map(([dtype, count]) => `${count} ${dtype}`);
  const rows: [title: string, text: string][] = [
    ['container', [report.container, ...report.wrapper].join(' › ')],
    ['size', `${report.size.toLocaleString('en')} bytes`],
    ['architecture', report.architecture ?? `unknown: ${report.reason}`],
    ...(options.length > 0 ? [['options', options.join(', ')] as [string, string]] : []),
    ...report.guessed.map((guess): [string, string] => ['note', guess]),
    ['parameters', `${report.parameters.toLocaleString('en')} in ${report.tensors.length} tensors`],
    ['types', dtypes.join(', ')],
    ...costRows(report.cost),
    ...report.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  const tensors = report.tensors.map(
    ({ name, shape, dtype }) => `    ${name.padEnd(width)}  ${dtype}  ${formatDims(shape)}`,
  );
  const lines = [file, ...rows.map(([title, text]) => `  ${title.padEnd(12)}  ${text}`), ...tensors];
  return `${lines.join('\n')}\n`;
}

function costRows(cost: NetworkCost | null): [title: string, text: string][] {
  if (!cost) return [];
  const perPixel = cost.multiplyAddsPerInputPixel.toLocaleString('en');
  const [input, output] = [cost.tmacPerInputMegapixel, cost.tmacPerOutputMegapixel].map((tmac) =>
    Number(tmac.toPrecision(3)),
  );
  return [
    ['cost', `${perPixel} multiply-adds per input pixel`],
    ['', `${input} TMAC (10^12 multiply-adds) per input megapixel, ${output} per output megapixel`],
  ];
}
