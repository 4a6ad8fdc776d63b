/** What the training page says, in words. Numbers that are not finite are told by a dash. */
import type { RunEntry } from './api.ts';
import type { Axis } from './curves.ts';

export const MISSING = '–';

export type RunState = 'running' | 'finished' | 'stopped';

export function stateOf({ running, finished }: RunEntry): RunState {
  if (running) return 'running';
  return finished ? 'finished' : 'stopped';
}

export function integerText(value: number): string {
  return value.toLocaleString('en');
}

/** Four digits, as losses go. */
export function lossText(value: number | null | undefined): string {
  return isNumber(value) ? String(Number(value.toPrecision(4))) : MISSING;
}

/** Learning rates as they are given: 0.0008, 1e-7. */
export function rateText(value: number | null | undefined): string {
  return isNumber(value) ? String(Number(value.toPrecision(3))) : MISSING;
}

export function psnrText(value: number | null | undefined): string {
  return isNumber(value) ? `${value.toFixed(2)} dB` : MISSING;
}

export function percentText(share: number | undefined): string {
  return isNumber(share) ? `${(100 * share).toFixed(1)} %` : MISSING;
}

export function bytesText(bytes: number | undefined): string {
  if (!isNumber(bytes)) return MISSING;
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes < 1000 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(2)} GiB`;
}

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** "3 d 4 h", "2 h 5 min", "12 min", "40 s". */
export function durationText(seconds: number): string {
  const at = UNITS.findIndex(([, length]) => seconds >= length);
  if (at < 0) return `${Math.round(seconds)} s`;
  const [unit, length] = UNITS[at]!;
  const [smaller, part] = UNITS[at + 1] ?? ['s', 1];
  const rest = Math.floor((seconds % length) / part);
  // The seconds of an hour, or of ten minutes, say nothing.
  const second = rest > 0 && (smaller !== 's' || seconds < 600) ? ` ${rest} ${smaller}` : '';
  return `${Math.floor(seconds / length)} ${unit}${second}`;
}

/** A place on an axis: "step 1,200", "2 h 5 min". */
export function placeText(axis: Axis, place: number): string {
  return axis === 'step' ? `step ${integerText(place)}` : durationText(place);
}

/** "23 Nov, 05:32", of other years with the year. */
export function dateText(time: string | undefined): string {
  if (time === undefined) return MISSING;
  const date = new Date(time);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  });
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
