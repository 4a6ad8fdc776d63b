import { type Command, Option } from 'commander';
import { summariseLR } from '../../evaluate/lr-summary.ts';
import { BORDERS, type Border } from '../../image/axis.ts';
import { DEGRADE_DEFAULTS } from '../../image/degrade.ts';
import type { ProtocolName } from '../../metrics/protocols.ts';
import { loadNetwork } from '../../node/load-network.ts';
import type { Network } from '../../upscale/network.ts';
import { type BenchmarkFiles, checkBenchmark, findBenchmark, planOutputs } from '../benchmark.ts';
import { evaluateFiles } from '../evaluate-files.ts';
import { EXIT, UsageError } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import {
  addModelOptions,
  addRunningOptions,
  checkScale,
  findModel,
  type ModelOptions,
  type RunningOptions,
} from '../network-options.ts';
import { startProgress } from '../progress.ts';
import { sayNetwork } from '../say.ts';
import { protocolOption, startScores } from '../scores.ts';
import { oneOf } from '../values.ts';

interface Options extends ModelOptions, RunningOptions {
  hr?: string;
  lr?: string;
  border?: Border;
  protocol: ProtocolName;
  saveSr?: string;
  overwrite?: boolean;
  json?: boolean;
}

export function addEval(program: Command): void {
  const command = program
    .command('eval')
    .description('run a model on a benchmark and compare its pictures with the originals')
    .option('--hr <path>', 'the original pictures: a folder or one file')
    .option('--lr <path>', 'the small pictures, paired with --hr by name (default: made from HR by BI)');
  addModelOptions(command, 'the one that ships for the scale and clean pictures')
    .addOption(protocolOption())
    .addOption(
      new Option(
        '--border <border>',
        `symmetric or replicate: of the LR that is made (default: ${DEGRADE_DEFAULTS.border}; the LR that ` +
          "RCAN's authors published of Set5 ×2, ×3 and ×4 has replicate)",
      ).argParser(oneOf(BORDERS)),
    )
    .option('--save-sr <folder>', 'save the enlarged pictures as <name>_<model>_x<scale>.png')
    .option('--overwrite', 'replace existing files');
  addRunningOptions(command).option('--json', 'one JSON document on stdout').action(run);
}

async function run(options: Options): Promise<void> {
  if (options.lr !== undefined && options.border !== undefined)
    throw new UsageError('--border is of the LR that is made; with --lr none is made');
  const pictures = await findBenchmark(options);
  const signal = interruptSignal();
  const model = findModel(options);
  const network = await loadNetwork(model.path, { ...options, defaultScale: options.scale });
  try {
    checkScale(network, options, model.name);
    await evaluateAll(network, model.name, pictures, options, signal);
  } finally {
    await network.dispose();
  }
}

async function evaluateAll(
  network: Network,
  model: string,
  pictures: readonly BenchmarkFiles[],
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { scale } = network;
  const { protocol, json, tile, memory, ensemble = false } = options;
  const outputs = await planOutputs(pictures, { ...options, model, scale });
  sayNetwork(model, network);
  const { lines, errors } = await describeLR(pictures, scale, options, signal);
  if (!json) process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  const names = pictures.map(({ name }) => name);
  const table = startScores({ names, protocol, scale, json, timed: true, withHR: options.hr !== undefined });
  for (const [index, picture] of pictures.entries()) {
    const error = errors.get(picture);
    const place = { output: outputs.get(picture), count: `${index + 1}/${pictures.length}` };
    const result =
      error === undefined
        ? await evaluateFiles(network, picture, place, {
            ...options,
            upscale: { tile, memory, ensemble, signal },
          })
        : { name: picture.name, error };
    if (!result) break;
    table.add(result);
  }
  const { images, mean } = table.finish();
  if (json) printJson({ model, protocol, scale, lr: lines, images, mean });
  if (signal.aborted) {
    process.stderr.write(`interrupted: ${images.length} of ${pictures.length} pictures done, no mean\n`);
    process.exitCode = EXIT.interrupted;
  }
}

/** What the LR pictures are, in lines, and the pictures whose LR does not fit. */
async function describeLR(
  pictures: readonly BenchmarkFiles[],
  scale: number,
  { hr, lr, border = DEGRADE_DEFAULTS.border }: Options,
  signal: AbortSignal,
): Promise<{ lines: string[]; errors: ReadonlyMap<BenchmarkFiles, string> }> {
  if (hr === undefined) return { lines: [], errors: new Map() };
  if (lr === undefined)
    return { lines: [`LR made from HR: MATLAB's bicubic (BI) with a ${border} border`], errors: new Map() };
  const progress = startProgress('checking LR');
  const { checked, errors } = await checkBenchmark(pictures, scale, { signal, progress });
  progress.stop();
  return { lines: summariseLR(checked), errors };
}
