/** What the page says, in words. */
import type { DeviceChoice } from 'sisr/web';
import type { Size } from '../viewer/view.ts';
import {
  enlargedSize,
  type FileType,
  type Listed,
  type Model,
  type NetworkFacts,
  type Picture,
  type Status,
} from './state.ts';

export const sizeText = ({ width, height }: Size): string => `${width}×${height}`;

const FILE_TYPE_NAMES: Readonly<Record<FileType, string>> = {
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/webp': 'WebP',
};

export const fileTypeText = (type: FileType): string => FILE_TYPE_NAMES[type];

/** Which model enlarges which pictures. */
export function choiceText(clean: Model, photo: Model): string {
  return `${photo.name} for JPEG, lossy WebP and AVIF, ${clean.name} for everything else.`;
}

/** What the list of models says of one. */
export function listedText({ architecture, parameters, summary }: Listed): string {
  const kind = `${architecture.toUpperCase()}, ${parametersText(parameters)}.`;
  return summary === undefined ? kind : `${kind} ${summary}`;
}

function parametersText(parameters: number): string {
  return parameters < 10_000
    ? `${parameters.toLocaleString('en')} parameters`
    : `${(parameters / 1e6).toFixed(2)} M parameters`;
}

export const psnrText = (psnr: number): string => `${psnr.toFixed(2)} dB`;

function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

function timeLeftText(seconds: number): string {
  return seconds < 2 ? 'nearly done' : `about ${durationText(Math.ceil(seconds))} left`;
}

const OPTION_NAMES: Readonly<Record<string, string>> = {
  residualGroups: 'group',
  residualBlocks: 'block',
  features: 'feature',
};

/** Which network weights turned out to be, and what had to be guessed. */
export function networkText({ architecture, scale, options, parameterCount, notes }: NetworkFacts): string {
  const sizes = Object.entries(OPTION_NAMES)
    .map(([option, name]): [unknown, string] => [Reflect.get(options, option), name])
    .filter(([value]) => typeof value === 'number')
    .map(([value, name]) => `${value} ${name}${value === 1 ? '' : 's'}`);
  const parts = [`${architecture.toUpperCase()} ×${scale}`, ...sizes, parametersText(parameterCount)];
  return [`${parts.join(', ')}.`, ...notes.map((note) => `${note}.`)].join(' ');
}

/** On what the network runs, and why not on something faster. */
export function deviceText({ device, threads, deviceNotes }: NetworkFacts, chosen: DeviceChoice): string {
  if (device === 'webgpu') return 'Runs on the graphics card (WebGPU).';
  const runs = `Runs on the processor (WebAssembly, ${threads === 1 ? '1 thread' : `${threads} threads`}).`;
  const isolation = 'More threads need a page that is isolated from other sites (COOP and COEP).';
  return [
    runs,
    ...(chosen === 'auto' ? withoutWebGpu(deviceNotes) : []),
    ...(threads === 1 && !crossOriginIsolated && isSecureContext ? [isolation] : []),
  ].join(' ');
}

function withoutWebGpu(deviceNotes: readonly string[]): string[] {
  // Browsers keep threads and WebGPU from plain http, unless it is this machine.
  if (!isSecureContext) return ['WebGPU and more threads need https.'];
  if (!('gpu' in navigator)) return ['This browser has no WebGPU.'];
  if (deviceNotes.length === 0) return ['WebGPU finds no graphics card here.'];
  return deviceNotes.map((note) => `${note.replace(/^webgpu/, 'WebGPU')}.`);
}

/** How far a picture is. */
export function statusText(picture: Picture): string {
  const { status } = picture;
  if (status.kind === 'running') return runningText(status);
  if (status.kind === 'done') {
    const size = enlargedSize(picture);
    return `${size ? `${sizeText(size)} in ` : ''}${durationText(status.result.seconds)}`;
  }
  if (status.kind === 'failed') return status.message;
  return status.kind === 'waiting' ? 'Waiting' : 'Cancelled';
}

function runningText({ share, secondsLeft }: Extract<Status, { kind: 'running' }>): string {
  if (share === 0 || secondsLeft === undefined) return 'Enlarging…';
  return `${Math.floor(100 * share)} %, ${timeLeftText(secondsLeft)}`;
}
