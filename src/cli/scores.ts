/** Scores on the terminal and in JSON: the table of `metrics` and `eval`. */
import { Option } from 'commander';
import type { Comparison, Scores } from '../evaluate/compare.ts';
import { type JsonScores, jsonScores, listNames, meanScores } from '../evaluate/report.ts';
import { findProtocol, METRIC_DEFAULTS, PROTOCOLS, type ProtocolName } from '../metrics/protocols.ts';
import { EXIT } from './failure.ts';
import { type Column, tableHead, tableRow, tableRule, widthOf } from './table.ts';
import { oneOf } from './values.ts';

/** A line of the table. */
export interface ScoredPicture {
  readonly name: string;
  /** Left out where the picture failed or there is nothing to compare it with. */
  readonly comparison?: Comparison;
  readonly error?: string;
  /** Time of the network. */
  readonly seconds?: number;
  /** Where SR was saved. */
  readonly output?: string;
}

export interface ScoreTableOptions {
  readonly names: readonly string[];
  readonly protocol: ProtocolName;
  readonly scale: number;
  readonly json?: boolean;
  /** Adds a column of seconds. */
  readonly timed?: boolean;
  /** False where there is nothing to compare with. */
  readonly withHR?: boolean;
}

export interface ScoreTable {
  /** Prints the picture's line, and on stderr why it has no scores. */
  add(picture: ScoredPicture): void;
  /** Prints the mean and what there is to say; sets the exit code where a picture failed. */
  finish(): { images: (JsonScores & { name: string })[]; mean: JsonScores };
}

const MEAN = 'mean';
const NO_HR = 'no HR given: no PSNR and no SSIM\n';
const SECONDS: Column = { title: 'seconds', width: 7 };

export function protocolOption(): Option {
  const names = PROTOCOLS.map(({ name }) => name);
  return new Option('-p, --protocol <name>', `how pictures are compared: ${names.join(', ')}`)
    .argParser(oneOf(names))
    .default(METRIC_DEFAULTS.protocol);
}

/** Begins a table with the protocol above it; with `json` nothing is printed on stdout. */
export function startScores(options: ScoreTableOptions): ScoreTable {
  const { withHR = true } = options;
  const columns = [...scoreColumns('picture', options.names), ...(options.timed ? [SECONDS] : [])];
  const pictures: ScoredPicture[] = [];
  const print = (text: string) => {
    if (!options.json) process.stdout.write(text);
  };
  const basis = withHR ? protocolLine(options.protocol, options.scale) : NO_HR;
  print(`${basis}\n${tableHead(columns)}`);
  return {
    add(picture) {
      pictures.push(picture);
      if (picture.error !== undefined) process.stderr.write(`error: ${picture.name}: ${picture.error}\n`);
      print(tableRow(columns, cells(picture)));
    },
    finish() {
      const scores = pictures.map(({ comparison }) => comparison);
      const complete = pictures.length === options.names.length;
      const mean = complete ? meanScores(scores) : undefined;
      if (pictures.length > 1)
        print(tableRule(columns) + tableRow(columns, [MEAN, ...scoreCells(mean), meanSeconds(pictures)]));
      reportNotes(pictures);
      reportFailures(pictures);
      return { images: pictures.map(jsonPicture), mean: jsonScores(mean) };
    },
  };
}

/** What every number of the table rests on. */
function protocolLine(protocol: ProtocolName, scale: number): string {
  return `protocol ${protocol}, ×${scale}: ${findProtocol(protocol).description}\n`;
}

/** Columns of the names, PSNR and SSIM. */
export function scoreColumns(title: string, names: readonly string[]): Column[] {
  return [
    { title, width: widthOf([title, MEAN, ...names]), align: 'left' },
    { title: 'PSNR dB', width: 8 },
    { title: 'SSIM', width: 8 },
  ];
}

function cells({ name, comparison, seconds }: ScoredPicture): string[] {
  return [name, ...scoreCells(comparison), seconds?.toFixed(2) ?? ''];
}

/** PSNR and SSIM with two digits more than papers give. */
export function scoreCells(scores: Scores | undefined): string[] {
  if (!scores) return ['–', '–'];
  return [Number.isFinite(scores.psnr) ? scores.psnr.toFixed(4) : '∞', scores.ssim.toFixed(6)];
}

function meanSeconds(pictures: readonly ScoredPicture[]): string {
  const times = pictures.flatMap(({ seconds }) => seconds ?? []);
  return times.length > 0 ? (times.reduce((a, b) => a + b) / times.length).toFixed(2) : '';
}

function jsonPicture({ name, comparison, error, seconds, output }: ScoredPicture) {
  return {
    name,
    ...jsonScores(comparison),
    ...(seconds !== undefined && { seconds: Math.round(1000 * seconds) / 1000 }),
    ...(output !== undefined && { output }),
    ...(comparison && comparison.warnings.length > 0 && { warnings: comparison.warnings }),
    ...(error !== undefined && { error }),
  };
}

function reportNotes(pictures: readonly ScoredPicture[]): void {
  for (const kind of ['notes', 'warnings'] as const) {
    const found = new Map<string, string[]>();
    for (const { name, comparison } of pictures) {
      for (const text of comparison?.[kind] ?? []) found.set(text, [...(found.get(text) ?? []), name]);
    }
    const prefix = kind === 'warnings' ? 'warning: ' : '';
    for (const [text, names] of found) process.stderr.write(`${prefix}${listNames(names)}: ${text}\n`);
  }
}

function reportFailures(pictures: readonly ScoredPicture[]): void {
  const failed = pictures.filter(({ error }) => error !== undefined).length;
  if (failed === 0) return;
  if (pictures.length > 1) process.stderr.write(`${failed} of ${pictures.length} pictures failed: no mean\n`);
  process.exitCode = EXIT.failed;
}
