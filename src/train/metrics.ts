/** What a run tells of itself as it goes, for programs: the lines of `metrics.jsonl` and of `train --json`. */
import { readJson, writeJson } from './json.ts';

/** One thing that happened. Fields that do not apply are left out; more may be added, none is ever renamed. */
export interface RunEvent {
  readonly event: 'start' | 'step' | 'eval' | 'checkpoint' | 'end';
  /** Steps of the whole training that were done by then. */
  readonly step: number;
  /** From 1. */
  readonly epoch?: number;
  /** `step`: mean of the loss since the event before, on the network's value range. */
  readonly loss?: number;
  /** `step`: learning rate. */
  readonly lr?: number;
  /** `eval`: name of the set of pictures. Default: `validation`. */
  readonly set?: string;
  /** `eval`: enlargement. */
  readonly scale?: number;
  /** `eval`: mean PSNR in dB. */
  readonly psnr?: number;
  /** `eval`: what bicubic interpolation reaches on the same pictures, in dB. */
  readonly bicubic?: number;
  /** How long that took which the event reports. */
  readonly seconds?: number;
  readonly picturesPerSecond?: number;
  /** Share of the time in which a step waited for data, 0..1. */
  readonly waiting?: number;
  /** Memory of the process, in bytes. */
  readonly memory?: number;
  /** When, in ISO 8601. The run directory adds it. */
  readonly time?: string;
  readonly [field: string]: unknown;
}

/** The line of an event, with its line break. */
export function formatEvent(event: RunEvent): string {
  return `${writeJson(event)}\n`;
}

/** The events of a text. A line that is none, such as half a line of a run that was killed, is passed over. */
export function parseEvents(text: string): RunEvent[] {
  return lines(text).flatMap((line) => parseEvent(line) ?? []);
}

/**
 * Divides lines in those that were written up to a step, and those to put aside when a run goes on from there:
 * later ones, and what is no event.
 */
export function cutEvents(text: string, step: number): { kept: string; cut: string } {
  const divided = { kept: '', cut: '' };
  for (const line of lines(text)) {
    const event = parseEvent(line);
    divided[event && event.step <= step ? 'kept' : 'cut'] += `${line}\n`;
  }
  return divided;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function parseEvent(line: string): RunEvent | undefined {
  try {
    const value = readJson(line) as Partial<RunEvent> | null;
    return typeof value?.event === 'string' && typeof value.step === 'number'
      ? (value as RunEvent)
      : undefined;
  } catch {
    return undefined;
  }
}
