import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import { type Checkpoint, openCheckpoint } from '../../formats/checkpoint.ts';
import { readNetworkMetadata } from '../../models/metadata.ts';
import { identify } from '../../models/registry.ts';
import { parameterCount } from '../../nn/block.ts';
import { readBytes } from '../../node/picture.ts';
import { elementCount } from '../../tensor.ts';

/** What `inspect --json` prints. */
interface Report {
  architecture: string | null;
  reason?: string;
  options: object | null;
  scale: number | null;
  parameters: number;
  valueRange: number | null;
  container: string;
  wrapper: string[];
  warnings: string[];
  tensors: { name: string; shape: readonly number[]; dtype: string }[];
}

export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('say what a checkpoint holds')
    .argument('<file>', '.pt, .pth or .safetensors')
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run(file: string, { json }: { json?: boolean }): Promise<void> {
  const report = describe(await openFile(file));
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : table(file, report));
}

/** Opens a checkpoint file; errors name it. */
export async function openFile(file: string): Promise<Checkpoint> {
  const bytes = await readBytes(file);
  try {
    return openCheckpoint(bytes);
  } catch (error) {
    if (error instanceof InputError) error.message = `${file}: ${error.message}`;
    throw error;
  }
}

function describe(checkpoint: Checkpoint): Report {
  const { container, tensors, dtypes, wrapper, warnings } = checkpoint;
  const held = {
    container,
    wrapper,
    warnings,
    tensors: [...tensors].map(([name, { dims }]) => ({
      name,
      shape: dims,
      dtype: dtypes.get(name) ?? 'float32',
    })),
  };
  try {
    const { architecture, options, network } = identify(tensors, readNetworkMetadata(checkpoint.metadata));
    const { scale, valueRange } = options;
    return {
      architecture: architecture.id,
      options,
      scale,
      parameters: parameterCount(network),
      valueRange,
      ...held,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const parameters = [...tensors.values()].reduce((sum, { dims }) => sum + elementCount(dims), 0);
    return {
      architecture: null,
      reason: error.message,
      options: null,
      scale: null,
      parameters,
      valueRange: null,
      ...held,
    };
  }
}

function table(file: string, report: Report): string {
  const width = Math.max(...report.tensors.map(({ name }) => name.length), 0);
  const options = Object.entries(report.options ?? {}).map(([name, value]) => `${name} ${value}`);
  const lines = [
    file,
    `  container     ${[report.container, ...report.wrapper].join(' › ')}`,
    `  architecture  ${report.architecture ?? `unknown: ${report.reason}`}`,
    ...(options.length > 0 ? [`  options       ${options.join(', ')}`] : []),
    `  parameters    ${report.parameters.toLocaleString('en')} in ${report.tensors.length} tensors`,
    ...report.warnings.map((warning) => `  warning       ${warning}`),
    ...report.tensors.map(
      ({ name, shape, dtype }) => `    ${name.padEnd(width)}  ${dtype}  [${shape.join(', ')}]`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
