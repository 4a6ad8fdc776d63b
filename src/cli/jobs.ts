/** Which pictures a command works on, and where each result goes. */
import { stat } from 'node:fs/promises';
import { dirname, extname, join, parse, relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { describeMissing, listPictures } from '../node/list-pictures.ts';
import { PICTURE_EXTENSIONS } from '../node/picture.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../node/write-picture.ts';
import { UsageError } from './failure.ts';
import type { FoundModel } from './network-options.ts';

export interface Job {
  input: string;
  output: string;
  format: OutputFormat;
  model: FoundModel;
}

export interface JobOptions {
  output?: string;
  format?: OutputFormat;
  recursive?: boolean;
  skipExisting?: boolean;
  /** Name of the result without its ending: `{name}`, `{ext}`, `{scale}` and `{model}` are filled in. */
  name: string;
  scale: number;
  /** The model for a picture file. */
  chooseModel: (input: string) => Promise<FoundModel>;
}

/** A picture that was found, and the folder (with -r: the root of the tree) that it was found in. */
interface Found {
  path: string;
  /** Undefined for a file that was named itself. */
  root?: string;
}

interface Input extends Found {
  model: FoundModel;
}

/**
 * Finds the pictures and gives each its model and its output; those of the same model come one after another.
 *
 * @throws {UsageError} where an input does not exist, nothing is found, or two results would have one name
 */
export async function planJobs(inputs: readonly string[], options: JobOptions): Promise<Job[]> {
  const found = (await Promise.all(inputs.map((input) => find(input, options.recursive ?? false)))).flat();
  const place = await outputPlace(found, options);
  const pictures: Input[] = [];
  for (const picture of found) pictures.push({ ...picture, model: await options.chooseModel(picture.path) });
  const jobs = byModel(pictures).map((input) => ({ input: input.path, model: input.model, ...place(input) }));
  checkCollisions(jobs);
  return withoutResults(jobs, options.skipExisting ?? false);
}

async function find(input: string, recursive: boolean): Promise<Found[]> {
  if (input === '-') throw new UsageError('-: pictures are not read from stdin: expected a file or a folder');
  const info = await stat(input).catch(() => undefined);
  if (info?.isDirectory()) {
    const names = await listPictures(input, { recursive });
    if (names.length === 0)
      throw new UsageError(`no pictures (${PICTURE_EXTENSIONS.join(', ')}) in ${input}`);
    return names.map((name) => ({ path: join(input, name), root: input }));
  }
  if (info) return [{ path: input }];
  if (isDynamicPattern(input)) {
    const paths = await glob(input.split(sep).join('/'), { expandDirectories: false });
    if (paths.length > 0) return paths.sort().map((path) => ({ path }));
  }
  throw new UsageError(await describeMissing(input));
}

/** Ordered by the first picture of each model, so that a network is opened once. */
function byModel(inputs: readonly Input[]): Input[] {
  const names = [...new Set(inputs.map(({ model }) => model.name))];
  return names.flatMap((name) => inputs.filter(({ model }) => model.name === name));
}

type Place = (input: Input) => { output: string; format: OutputFormat };

async function outputPlace(found: readonly Found[], options: JobOptions): Promise<Place> {
  const { output, format = 'png' } = options;
  if (output === '-')
    throw new UsageError('-o -: pictures are not written to stdout: expected a file or a folder');
  if (output === '') throw new UsageError('-o: expected a file or a folder, found an empty name');
  if (options.name === '')
    throw new UsageError('--name: expected a name such as {name}_x{scale}, found an empty one');
  const named = output === undefined ? undefined : await asFile(output, found.length, options.format);
  if (output !== undefined && named) return () => ({ output, format: named });
  return (input) => {
    const { path, root } = input;
    const folder =
      output ?? (root === undefined ? dirname(path) : `${root.replace(/[/\\]+$/, '')}_x${options.scale}`);
    const inner = root === undefined ? '' : dirname(relative(root, path));
    return { output: join(folder, inner, `${fillIn(options, input)}.${format}`), format };
  };
}

/** The format of `output` where it is the name of one picture; undefined where it is a folder. */
async function asFile(
  output: string,
  count: number,
  format: OutputFormat | undefined,
): Promise<OutputFormat | undefined> {
  const info = await stat(output).catch(() => undefined);
  const extension = extname(output).slice(1).toLowerCase();
  if (info?.isDirectory() || /[/\\]$/.test(output) || extension === '') return undefined;
  const known = OUTPUT_FORMATS.find((name) => name === (ALIASES[extension] ?? extension));
  if (count > 1) {
    if (info || known)
      throw new UsageError(
        `-o ${output}: expected a folder for ${count} pictures, found ${info ? 'a file' : 'the name of a picture; a folder ends in /'}`,
      );
    return undefined;
  }
  if (!known) {
    throw new UsageError(
      `-o ${output}: expected a name that ends in ${OUTPUT_FORMATS.join(', ')}, or a folder ending in /`,
    );
  }
  if (format && format !== known)
    throw new UsageError(`-o ${output} and --format ${format} contradict each other`);
  return known;
}

const ALIASES: Readonly<Record<string, OutputFormat>> = { jpeg: 'jpg', tif: 'tiff' };

function fillIn({ name, scale }: JobOptions, { path, model }: Input): string {
  const values: Readonly<Record<string, string>> = {
    name: parse(path).name,
    ext: parse(path).ext.slice(1),
    scale: String(scale),
    model: parse(model.name).name,
  };
  return name.replaceAll(/\{(\w+)\}/g, (placeholder, key: string) => {
    const value = values[key];
    if (value === undefined)
      throw new UsageError(`--name: unknown ${placeholder}; expected {name}, {ext}, {scale} or {model}`);
    return value;
  });
}

function checkCollisions(jobs: readonly Job[]): void {
  const inputs = new Map<string, string>();
  for (const { input, output } of jobs) {
    const path = resolve(output);
    const other = inputs.get(path);
    if (other !== undefined && resolve(other) === resolve(input))
      throw new UsageError(`${input} was given twice`);
    if (other !== undefined) {
      const helps =
        extname(other) === extname(input)
          ? 'take them in two commands, or their folder with -r'
          : "use --name '{name}_{ext}_x{scale}'";
      throw new UsageError(`${other} and ${input} would both be written to ${output}; ${helps}`);
    }
    inputs.set(path, input);
  }
}

/**
 * The jobs whose input is not another one's result. With `--skip-existing` those are results of an earlier run;
 * without it, an original would be replaced before it is read.
 */
function withoutResults(jobs: readonly Job[], skipExisting: boolean): Job[] {
  const makers = new Map(jobs.map(({ input, output }) => [resolve(output), input]));
  return jobs.filter(({ input }) => {
    const maker = makers.get(resolve(input));
    if (maker !== undefined && !skipExisting)
      throw new UsageError(
        `${input} is a picture to be enlarged and would be the result of ${maker}; use --name or -o`,
      );
    return maker === undefined;
  });
}
