/** The pictures that the original's `--data_test` names, and where their results go. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { stem } from '../data/file-name.ts';
import { pairEach } from '../data/pairing.ts';
import { DEGRADATIONS } from '../data/prepare.ts';
import { InputError } from '../errors.ts';
import { listValidationPairs, type TestSource } from '../node/training-data/list-pairs.ts';
import { checkWritable } from '../node/write-file.ts';
import type { BenchmarkFiles } from './benchmark.ts';
import { dataRoot } from './data-root.ts';
import { validationRange } from './div2k-range.ts';
import { findSet } from './picture-pairs.ts';
import type { TestSettings } from './test-options.ts';

export interface TestPictures {
  /** The folder of the results, within that of their name. */
  readonly set: string;
  readonly pictures: readonly BenchmarkFiles[];
  /** What has to be said, one line each. */
  readonly notes: readonly string[];
}

/**
 * @param hr the folder of `--hr`
 * @throws {InputError} where a folder or picture is missing
 */
export async function findTestPictures(
  settings: TestSettings,
  scale: number,
  hr: string | undefined,
): Promise<TestPictures> {
  const { set, source, notes } = testSource(settings);
  const degradation = DEGRADATIONS.find((name) => name === settings.values.degradation) ?? 'BI';
  const found = await listValidationPairs(source, { scale, degradation });
  const pictures = hr === undefined ? found : await withHR(found, hr);
  return { set, pictures, notes: [...notes, ...describeFiles(pictures, degradation)] };
}

function testSource({ values, given }: TestSettings): {
  set: string;
  source: TestSource;
  notes: readonly string[];
} {
  const { data_test: set, testpath, testset, dir_demo: folder } = values;
  if (set === 'MyImage')
    return { set: testset, source: { kind: 'testpath', testpath, set: testset }, notes: [] };
  if (set === 'Demo') return { set, source: { kind: 'demo', folder }, notes: [] };
  if (set !== 'DIV2K') {
    const { root, warnings } = dataRoot('benchmark', given, 'test', existsSync);
    return { set, source: { kind: 'benchmark', root, set }, notes: warnings };
  }
  const { first, last, warning } = validationRange(values);
  const { root, warnings } = dataRoot('DIV2K', given, 'test', existsSync);
  const notes = warning === undefined ? warnings : [...warnings, warning];
  return { set, source: { kind: 'div2k', root, first, last }, notes };
}

async function withHR(pictures: readonly BenchmarkFiles[], folder: string): Promise<BenchmarkFiles[]> {
  const files = pictures.map(({ lr, hr }) => lr ?? hr!);
  const pairs = pairEach({ label: 'LR', files }, await findSet('HR', folder));
  return pictures.map((picture, i) => ({ ...picture, hr: pairs[i]!.second }));
}

/** @throws {InputError} for LR that would have to be made in another way than by BI */
function describeFiles(pictures: readonly BenchmarkFiles[], degradation: string): string[] {
  const made = pictures.find(({ lr }) => lr === undefined);
  if (made && degradation !== 'BI')
    throw new InputError(`${made.hr}: found no LR made by ${degradation}; "sisr prepare" makes it`);
  return [describeHR(pictures), ...(made ? ['LR made from HR by BI'] : [])];
}

function describeHR(pictures: readonly BenchmarkFiles[]): string {
  const files = pictures.flatMap(({ hr }) => hr ?? []);
  const [first] = files;
  if (first === undefined) return 'no HR: no PSNR; --hr FOLDER names it';
  const from = `from ${relative('', dirname(first)) || '.'}`;
  if (files.length === pictures.length) return `HR ${from}`;
  return `HR of ${files.length} of ${pictures.length} pictures ${from}: no mean PSNR`;
}

/**
 * `<folder>/<set>/x<scale>/<name>.png`, where the name is that of LR with `LR<degradation>` replaced by the name of the
 * results: `baby_LRBI_x2.png` becomes `baby_RCAN_x2.png`.
 *
 * @throws {InputError} where two pictures would get one name, or a file exists that must not be replaced
 */
export async function planResults(
  { set, pictures }: TestPictures,
  { folder, save, values }: TestSettings,
  { scale, overwrite }: { scale: number; overwrite?: boolean },
): Promise<ReadonlyMap<BenchmarkFiles, string>> {
  const outputs = new Map<BenchmarkFiles, string>();
  const makers = new Map<string, string>();
  for (const picture of pictures) {
    const source = picture.lr ?? picture.hr ?? picture.name;
    const name = stem(source).replaceAll(`LR${values.degradation}`, save);
    const output = join(folder, set, `x${scale}`, `${name}.png`);
    const other = makers.get(output);
    if (other !== undefined)
      throw new InputError(`${other} and ${source} would both be saved as ${output}: rename one of them`);
    await checkWritable(output, { overwrite });
    makers.set(output, source);
    outputs.set(picture, output);
  }
  return outputs;
}
