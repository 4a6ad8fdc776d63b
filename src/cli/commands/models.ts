import type { Command } from 'commander';
import { shippedModelPath, shippedModels } from '../../node/shipped-models.ts';
import { printJson } from '../json.ts';

export function addModels(program: Command): void {
  program
    .command('models')
    .description('list the models that ship')
    .option('--json', 'one JSON document on stdout')
    .action(({ json }: { json?: boolean }) => {
      const models = shippedModels().map((model) => ({ ...model, file: shippedModelPath(model) }));
      if (json) printJson({ models });
      else for (const model of models) process.stdout.write(`${describe(model)}\n`);
    });
}

function describe({
  name,
  scale,
  parameters,
  scores,
  data,
  summary,
  file,
}: ReturnType<typeof shippedModels>[number] & { file: string }): string {
  const values = Object.entries(scores).map(
    ([set, { psnr, ssim }]) => `${set} ${psnr.toFixed(2)} / ${ssim.toFixed(4)}`,
  );
  return [
    `${name}  ×${scale}, ${parameters.toLocaleString('en')} parameters`,
    `  ${summary}`,
    `  PSNR / SSIM on Y: ${values.join(', ')}`,
    `  trained on ${data}`,
    `  ${file}`,
  ].join('\n');
}
