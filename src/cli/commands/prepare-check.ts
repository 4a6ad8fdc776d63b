/** `sisr prepare --check`: how LR pictures were made. */
import { type CheckedLR, summariseLR } from '../../evaluate/lr-summary.ts';
import { checkBenchmark, findBenchmark } from '../benchmark.ts';
import { EXIT, UsageError } from '../failure.ts';
import { interruptSignal } from '../interrupt.ts';
import { printJson } from '../json.ts';
import { startProgress } from '../progress.ts';
import { type Column, tableHead, tableRow, widthOf } from '../table.ts';

export interface CheckOptions {
  hr: string;
  lr?: string;
  scale: readonly number[];
  json?: boolean;
}

/** Options of `prepare` that have no meaning where nothing is made. */
const OF_MAKING = ['output', 'degradation', 'layout', 'set', 'border', 'seed', 'overwrite'] as const;

/** Prints the method for every picture, and how many pictures share it. */
export async function checkPrepared(
  options: CheckOptions & Readonly<Partial<Record<(typeof OF_MAKING)[number], unknown>>>,
): Promise<void> {
  const unused = OF_MAKING.find((name) => options[name] !== undefined);
  if (unused !== undefined) throw new UsageError(`--check makes nothing: --${unused} has no meaning with it`);
  const [scale, ...others] = options.scale;
  if (options.lr === undefined || scale === undefined || others.length > 0)
    throw new UsageError('--check needs --lr, the small pictures, and their one --scale');
  const pictures = await findBenchmark(options);
  const signal = interruptSignal();
  const progress = startProgress('checking');
  const { checked, errors } = await checkBenchmark(pictures, scale, { signal, progress });
  progress.stop();
  const failed = [...errors].map(([{ name }, error]) => ({ name, error }));
  if (options.json)
    printJson({ scale, images: [...checked.map(jsonCheck), ...failed], summary: summariseLR(checked) });
  else process.stdout.write(table(checked));
  for (const { name, error } of failed) process.stderr.write(`error: ${name}: ${error}\n`);
  if (failed.length > 0) process.exitCode = EXIT.failed;
  if (signal.aborted) process.exitCode = EXIT.interrupted;
}

function jsonCheck({ name, check }: CheckedLR) {
  const { method, exact, best } = check;
  const [sentence] = summariseLR([{ name, check }]);
  return {
    name,
    method,
    exact,
    nearest: best.method,
    differing: best.share,
    largest: best.largest,
    sentence,
  };
}

function table(checked: readonly CheckedLR[]): string {
  const columns: Column[] = [
    { title: 'picture', width: widthOf(['picture', ...checked.map(({ name }) => name)]), align: 'left' },
    { title: 'differing', width: 9 },
    { title: 'by up to', width: 8 },
    {
      title: 'nearest method',
      width: widthOf(['nearest method', ...checked.map(({ check }) => check.best.description)]),
      align: 'left',
    },
  ];
  const rows = checked.map(({ name, check: { best } }) =>
    tableRow(columns, [name, `${(100 * best.share).toFixed(2)} %`, String(best.largest), best.description]),
  );
  const lines = summariseLR(checked).map((line) => `${line}\n`);
  return `${tableHead(columns)}${rows.join('')}\n${lines.join('')}`;
}
