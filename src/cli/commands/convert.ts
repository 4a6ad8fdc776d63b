import { extname } from 'node:path';
import type { Command } from 'commander';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { networkMetadata, readNetworkMetadata } from '../../models/metadata.ts';
import { identify } from '../../models/registry.ts';
import { checkWritable, writeWhole } from '../../node/write-file.ts';
import { UsageError } from '../failure.ts';
import { openFile } from './inspect.ts';

export function addConvert(program: Command): void {
  program
    .command('convert')
    .description('write the weights of a checkpoint as safetensors, under the official key names')
    .argument('<input>', '.pt, .pth or .safetensors')
    .argument('<output>', '.safetensors')
    .option('--overwrite', 'replace an existing file')
    .action(run);
}

async function run(input: string, output: string, options: { overwrite?: boolean }): Promise<void> {
  if (extname(output) !== '.safetensors') {
    throw new UsageError(`${output}: expected a name that ends in .safetensors, found "${extname(output)}"`);
  }
  await checkWritable(output, options);
  const { tensors, metadata } = await openFile(input);
  const { architecture, options: network, state } = identify(tensors, readNetworkMetadata(metadata));
  const bytes = writeSafetensors(state, { ...metadata, ...networkMetadata(architecture.id, network) });
  await writeWhole(output, bytes, options);
  process.stdout.write(
    `${output}: ${architecture.title} ×${network.scale}, ${state.size} tensors, ${bytes.length.toLocaleString('en')} bytes\n`,
  );
}
