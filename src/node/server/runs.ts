/** The trainings in a folder, as they are told to the page. */
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputError } from '../../errors.ts';
import { listRuns, type RunReport, type RunSummary, readRun } from '../run-reader.ts';
import { OPTIONS_FILE } from '../run-records.ts';
import { RESULTS_FOLDER } from '../run-writer.ts';
import { findFile } from './files.ts';
import { eventsAfter, FollowedRun, type RunMetrics, type RunProgress } from './followed-run.ts';
import { HttpError } from './http-error.ts';

/** One entry of `GET /api/runs`. */
export type RunEntry = Omit<RunSummary, 'folder'> & RunProgress;

/** Answer of `GET /api/runs/:name`. */
export interface RunDescription extends Omit<RunReport, 'folder' | 'holder'> {
  readonly running: boolean;
}

export class Runs {
  private readonly root: string;
  private readonly followed = new Map<string, FollowedRun>();
  private reading: Promise<RunEntry[]> | undefined;

  constructor(root: string) {
    this.root = root;
  }

  /** The runs, the one that was written to last first. Calls at the same time share one reading. */
  list(): Promise<RunEntry[]> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** What a run's folder tells, but its events; undefined where there is no such run. */
  async describe(name: string): Promise<RunDescription | undefined> {
    if (!(await this.isRun(name))) return undefined;
    const { options, commands, starts, progress, holder, models, results } = await readRun(
      join(this.root, name),
    ).catch((error: unknown) => {
      throw error instanceof InputError ? this.damaged(error) : error;
    });
    return { name, options, commands, starts, progress, running: holder !== undefined, models, results };
  }

  /** The events of a run, after a place that was reached before; undefined where there is no such run. */
  async metrics(name: string, after?: string): Promise<RunMetrics | undefined> {
    return (await this.isRun(name)) ? eventsAfter(join(this.root, name), after) : undefined;
  }

  /** The file of a picture of a validation. */
  async result(name: string, file: string): Promise<string | undefined> {
    return (await this.isRun(name)) ? findFile(this.root, `${name}/${RESULTS_FOLDER}/${file}`) : undefined;
  }

  private async read(): Promise<RunEntry[]> {
    const entries: RunEntry[] = [];
    for (const { folder, ...summary } of await listRuns(this.root)) {
      if (!(await this.isRun(summary.name))) continue;
      const run = this.followed.get(summary.name) ?? new FollowedRun(folder);
      this.followed.set(summary.name, run);
      entries.push({ ...summary, ...(await run.progress()) });
    }
    const names = new Set(entries.map(({ name }) => name));
    for (const name of this.followed.keys()) if (!names.has(name)) this.followed.delete(name);
    return entries;
  }

  /** Whether a folder of that name is a run, and nothing directly in it leads out of the folder of all runs. */
  private async isRun(name: string): Promise<boolean> {
    if (name.includes('/') || !(await findFile(this.root, `${name}/${OPTIONS_FILE}`))) return false;
    const root = `${await realpath(this.root)}${sep}`;
    const folder = join(this.root, name);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isSymbolicLink()) continue;
      const target = await realpath(join(folder, entry.name)).catch(() => '');
      if (!target.startsWith(root)) return false;
    }
    return true;
  }

  /** Where on the server the runs are is nobody else's business. */
  private damaged({ message }: InputError): HttpError {
    return new HttpError('damaged_run', message.replaceAll(join(this.root, sep), ''));
  }
}
