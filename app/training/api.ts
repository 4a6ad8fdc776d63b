/** What `sisr serve --runs` tells of trainings (docs/http.md). Times are in ISO 8601, PSNR is in dB. */

export interface RunEntry {
  readonly name: string;
  readonly running: boolean;
  /** Whether it came to its end, and was not interrupted. */
  readonly finished: boolean;
  readonly started?: string;
  readonly changed: string;
  readonly step: number;
  readonly epoch?: number;
  readonly loss?: number;
  readonly lr?: number;
  readonly psnr?: number;
  readonly bicubic?: number;
  readonly best?: { readonly psnr: number; readonly step: number; readonly epoch?: number };
}

export interface RunDescription {
  readonly options: Readonly<Record<string, unknown>>;
  /** Of each start, the latest last. */
  readonly commands: readonly string[];
  readonly starts: readonly Readonly<Record<string, unknown>>[];
  /** File names of the pictures of the last validation. */
  readonly results: readonly string[];
}

/** A line of `metrics.jsonl` (docs/runs.md). */
export interface RunEvent {
  readonly event: 'start' | 'step' | 'eval' | 'checkpoint' | 'end';
  readonly step: number;
  readonly epoch?: number;
  readonly loss?: number;
  readonly lr?: number;
  readonly psnr?: number;
  readonly bicubic?: number;
  readonly picturesPerSecond?: number;
  /** Share of the time, 0..1. */
  readonly waiting?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly time?: string;
}

export interface RunMetrics {
  readonly events: readonly RunEvent[];
  readonly next: string;
  /** Whether the events begin with the first again. */
  readonly reset: boolean;
}

/** An answer that is an error; what fails without one is no `ApiError`. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const RUNS = 'api/runs';
export const EVENTS = `${RUNS}/events`;

/** @throws {ApiError} where the server shows no trainings, or is another one */
export async function checkRuns(): Promise<void> {
  await ask(RUNS);
}

/** @throws {ApiError} where there is no such run any more */
export async function fetchRun(name: string): Promise<RunDescription> {
  return (await ask(runPath(name))) as RunDescription;
}

/** @param after `next` of the answer before */
export async function fetchMetrics(name: string, after: string | undefined): Promise<RunMetrics> {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
  return (await ask(`${runPath(name)}/metrics${query}`)) as RunMetrics;
}

/** A picture of the last validation. The browser asks whether the one that it keeps is still the last. */
export async function fetchResult(name: string, file: string): Promise<Blob> {
  return (await get(`${runPath(name)}/results/${encodeURIComponent(file)}`)).blob();
}

const runPath = (name: string) => `${RUNS}/${encodeURIComponent(name)}`;

async function ask(path: string): Promise<unknown> {
  return parseNumbers(await (await get(path)).text());
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new ApiError(response.status, await reasonOf(response));
  return response;
}

async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error } = (body ?? {}) as { error?: { message?: string } };
  return error?.message ?? `HTTP ${response.status}`;
}

const NUMBERS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** The fields that such numbers may stand in. In others "nan" is a text, such as the name of a run. */
const NUMERIC_FIELDS = new Set(['loss', 'lr', 'psnr', 'bicubic', 'picturesPerSecond', 'waiting', 'memory']);

/** JSON in which numbers that JSON does not have are texts. */
export function parseNumbers(text: string): unknown {
  return JSON.parse(text, (field, part) =>
    typeof part === 'string' && NUMERIC_FIELDS.has(field) ? (NUMBERS[part] ?? part) : part,
  );
}
