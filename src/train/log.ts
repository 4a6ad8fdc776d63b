/**
 * `log.txt` and `config.txt` in the format of the original program, to the character, so that scripts which read
 * its logs go on working. Numbers are rounded as Python rounds them: halves to even.
 */

/** Fixed-point notation, Python's `{:.2f}`. */
function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  return halfToEven(value.toFixed(digits), value.toFixed(100), digits);
}

/** Scientific notation of a Decimal, Python's `{:.2e}`: the exponent has a sign and no leading zeros. */
function scientific(value: number, digits: number): string {
  const [mantissa = '', exponent] = value.toExponential(digits).split('e');
  const [exact = '', exactExponent] = value.toExponential(100).split('e');
  // Where rounding gives one more digit before the point, there was no tie.
  const even = exponent === exactExponent ? halfToEven(mantissa, exact, digits) : mantissa;
  return `${even}e${exponent}`;
}

/** JavaScript rounds a tie away from zero. `exact` is the number with all its digits. */
function halfToEven(rounded: string, exact: string, digits: number): string {
  const [whole, fraction = ''] = exact.split('.');
  const isTie = /^50*$/.test(fraction.slice(digits));
  const isEven = Number(rounded.at(-1)) % 2 === 0;
  return isTie && !isEven ? `${whole}.${fraction.slice(0, digits)}` : rounded;
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

/** The first line of an epoch (from 1). */
export function epochLine(epoch: number, learningRate: number): string {
  return `[Epoch ${epoch}]\tLearning rate: ${scientific(learningRate, 2)}`;
}

export interface ProgressLine {
  /** Patches of this epoch so far, and of the whole epoch. */
  readonly seen: number;
  readonly total: number;
  /** Each term of the loss, averaged over the epoch so far; where there are several, `Total` comes last. */
  readonly losses: Iterable<readonly [type: string, mean: number]>;
  /** Spent since the last such line: computing, and waiting for data. */
  readonly modelSeconds: number;
  readonly dataSeconds: number;
}

/** A line within an epoch: `[1600/16000]\t[L1: 12.3456]\t95.1+3.2s`. */
export function progressLine({ seen, total, losses, modelSeconds, dataSeconds }: ProgressLine): string {
  const terms = [...losses].map(([type, mean]) => `[${type}: ${fixed(mean, 4)}]`).join('');
  return `[${seen}/${total}]\t${terms}\t${fixed(modelSeconds, 1)}+${fixed(dataSeconds, 1)}s`;
}

/** What stands before the scores of an evaluation, with an empty line before it. */
export const EVALUATION_LINE = '\nEvaluation:';

export interface ScoreLine {
  readonly set: string;
  readonly scale: number;
  /** In dB. */
  readonly psnr: number;
  /** The best so far, this one included; its epoch from 1. */
  readonly best: { readonly psnr: number; readonly epoch: number };
}

/** `[DIV2K x2]\tPSNR: 34.567 (Best: 34.600 @epoch 12)`. */
export function scoreLine({ set, scale, psnr, best }: ScoreLine): string {
  return `[${set} x${scale}]\tPSNR: ${fixed(psnr, 3)} (Best: ${fixed(best.psnr, 3)} @epoch ${best.epoch})`;
}

/**
 * The last line of an evaluation, with an empty line after it.
 *
 * @param perPicture seconds for each picture, which only `test` tells
 */
export function totalTimeLine(seconds: number, perPicture?: number): string {
  const average = perPicture === undefined ? '' : `, ave time: ${fixed(perPicture, 2)}s`;
  return `Total time: ${fixed(seconds, 2)}s${average}\n`;
}

/** `2018-07-01-12:30:59`, in local time. */
export function timestamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two);
  return `${day.join('-')}-${time.join(':')}`;
}

/** What one start of a run adds to `config.txt`: the time, and a line for each option. */
export function configText(date: Date, options: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(options).map(([name, value]) => `${name}: ${pythonText(value)}\n`);
  return `${timestamp(date)}\n\n${entries.join('')}\n`;
}

/** A value as Python's `str` writes it. JavaScript does not tell 1.0 from 1: it is written as 1. */
function pythonText(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonItem).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map((entry) => entry.map(pythonItem).join(': '))
      .join(', ')}}`;
  }
  return String(value);
}

/** Within a list, texts stand in quotes. */
function pythonItem(value: unknown): string {
  if (typeof value !== 'string') return pythonText(value);
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}

/** Python writes an exponent from 1e16 on and below 1e-4, with two digits at least. */
function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0 || Number.isInteger(value) || (size >= 1e-4 && size < 1e16)) return String(value);
  const [mantissa, exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
}
