/** On what a network runs: the options of every command that runs or trains one. */
import { Option } from 'commander';
import { DEVICES, type DeviceChoice } from '../runtime/runtime.ts';
import { DEFAULT_MEMORY } from '../upscale/upscale.ts';
import { byteSize, integerBetween, oneOf } from './values.ts';

/** What is left out is `auto` and a thread per core; a training that goes on keeps what it had. */
export interface DeviceOptions {
  device?: DeviceChoice;
  threads?: number;
}

/** Thousands of them would stop the machine. */
const MOST_THREADS = 256;

const CHOICES = ['auto', ...DEVICES] as const;

/** `--device` and `--threads`. */
export function deviceOptions(): Option[] {
  return [
    new Option('--device <device>', `${CHOICES.join(', ')} (default: auto)`).argParser(oneOf(CHOICES)),
    new Option('--threads <count>', 'threads on the CPU (default: one per core)').argParser(
      integerBetween(1, MOST_THREADS),
    ),
  ];
}

/** `--memory` of the commands that enlarge. */
export function memoryOption(meaning: string): Option {
  return new Option('--memory <size>', meaning)
    .argParser(byteSize)
    .default(DEFAULT_MEMORY, `${DEFAULT_MEMORY / 1024 ** 3}G`);
}
