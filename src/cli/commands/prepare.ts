import { type Command, Option } from 'commander';
import { LAYOUTS, type Layout } from '../../data/layout.ts';
import { DEGRADATIONS, type PrepareOptions } from '../../data/prepare.ts';
import { BORDERS, type Border } from '../../image/axis.ts';
import { DEGRADE_DEFAULTS, type Degradation } from '../../image/degrade.ts';
import { EXIT, UsageError } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { type PreparedPicture, planPreparation, preparePictures } from '../preparation.ts';
import { startProgress } from '../progress.ts';
import { integer, oneOf, positiveIntegers } from '../values.ts';
import { checkPrepared } from './prepare-check.ts';

interface Options {
  hr: string;
  lr?: string;
  output?: string;
  scale: number[];
  degradation?: Degradation;
  layout?: Layout['name'];
  set?: string;
  border?: Border;
  seed?: number;
  check?: boolean;
  overwrite?: boolean;
  json?: boolean;
}

const LAYOUT_NAMES = LAYOUTS.map(({ name }) => name);

export function addPrepare(program: Command): void {
  program
    .command('prepare')
    .description('make LR pictures from HR as the original programs do, or check LR pictures (--check)')
    .requiredOption('--hr <path>', 'the original pictures: a folder or one file')
    .option('-o, --output <folder>', 'where HR (cut to a multiple of the scale) and LR go')
    .requiredOption('-s, --scale <factors>', 'one or several, such as 2,3,4', positiveIntegers)
    .option(
      '-d, --degradation <name>',
      `BI (bicubic), BD (blur and downsampling) or DN (bicubic and noise) (default: BI)`,
      oneOf(DEGRADATIONS),
    )
    .addOption(
      new Option(
        '--layout <name>',
        `${LAYOUTS.map(({ name, description }) => `${name}: ${description}`).join('; ')} (default: rcan)`,
      ).argParser(oneOf(LAYOUT_NAMES)),
    )
    .option('--set <name>', "name of the set in folder names (default: the HR folder's)")
    .option(
      '--border <border>',
      `symmetric (as MATLAB today) or replicate (as MATLAB once): the LR that RCAN's authors published of ` +
        `Set5 ×2, ×3 and ×4 needs replicate (default: ${DEGRADE_DEFAULTS.border})`,
      oneOf(BORDERS),
    )
    .option('--seed <number>', `start of the noise of DN (default: ${DEGRADE_DEFAULTS.seed})`, integer)
    .option('--overwrite', 'replace existing files')
    .option('--check', 'make nothing: say how the pictures of --lr were made')
    .option('--lr <path>', 'with --check: the small pictures, paired with --hr by name')
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run(options: Options): Promise<void> {
  if (options.check) return checkPrepared(options);
  if (options.lr !== undefined) throw new UsageError('--lr is read only with --check');
  if (options.output === undefined) throw new UsageError('prepare needs -o, the folder for HR and LR');
  const settings = toSettings(options);
  const plan = await planPreparation(options.hr, { ...options, ...settings, output: options.output });
  const signal = interruptSignal();
  const progress = startProgress('preparing');
  const results = await preparePictures(plan, { signal, onProgress: progress.update, ...options });
  progress.stop();
  report(results, plan.length, options, settings, signal);
}

function toSettings(options: Options): PrepareOptions {
  const { degradation = 'BI', border = DEGRADE_DEFAULTS.border, seed = DEGRADE_DEFAULTS.seed } = options;
  if (degradation === 'BD' && options.border !== undefined)
    throw new UsageError('--border is of BI and DN; the blur of BD always replicates the border');
  if (degradation !== 'DN' && options.seed !== undefined)
    throw new UsageError(`--seed is of the noise of DN; ${degradation} has none`);
  return { scales: options.scale, degradation, layout: options.layout ?? 'rcan', border, seed };
}

function report(
  results: readonly PreparedPicture[],
  count: number,
  options: Options,
  { degradation, layout, border, scales }: PrepareOptions,
  signal: AbortSignal,
): void {
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { input, error } of failed) process.stderr.write(`error: ${input}: ${error}\n`);
  if (options.json) {
    printJson({ degradation, layout, border, scales, outputs: results });
  } else {
    const done = results.length - failed.length;
    const how = degradation === 'BD' ? 'BD' : `${degradation} with a ${border} border`;
    process.stdout.write(
      `${done} of ${count} pictures at ${scales.map((scale) => `×${scale}`).join(', ')}: ${how}, in ${options.output}\n`,
    );
  }
  if (failed.length > 0) process.exitCode = EXIT.failed;
  if (!signal.aborted) return;
  process.stderr.write(`interrupted: ${results.length} of ${count} pictures done\n`);
  process.exitCode = EXIT.interrupted;
}
