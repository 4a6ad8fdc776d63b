/** Trainings small enough for tests: a network of one block on pictures of 40×40. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvents } from '../../src/train/metrics.ts';
import { photo, save } from './pictures.ts';
import { startCli } from './run.ts';

/** Makes `count` pictures in `<folder>/hr`. */
export async function trainingPictures(folder: string, count = 5): Promise<string> {
  const hr = join(folder, 'hr');
  for (let i = 0; i < count; i++) await save(join(hr, `p${i}.png`), photo(40 + i, 40));
  return hr;
}

/** Options of a training of 3 epochs of 4 steps, each step in the log. */
export function tinyTraining(hr: string): string[] {
  return `train --hr ${hr} --scale 2 --n_resgroups 1 --n_resblocks 1 --n_feats 4 --reduction 2 --patch_size 16 --batch_size 4 --epochs 3 --test_every 4 --print_every 1 --lr 1e-3 --ema 0.9 --threads 1 --n_threads 1`.split(
    ' ',
  );
}

/** The loss of every step that a run logged, in order. */
export function losses(run: string): [step: number, loss: number | undefined][] {
  return parseEvents(readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    .filter(({ event }) => event === 'step')
    .map(({ step, loss }) => [step, loss]);
}

/** Waits for a moment in the life of a process, of which it gets what it prints, and a signal of its end. */
export type Moment = (stdout: NodeJS.ReadableStream, ended: AbortSignal) => Promise<void>;

/**
 * Starts a command and kills it as hard as can be.
 *
 * @returns whether it was still running
 */
export async function killed(args: string[], cwd: string, when: Moment): Promise<boolean> {
  const child = startCli(args, { cwd });
  child.stderr.resume();
  const end = new AbortController();
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  await Promise.race([when(child.stdout, end.signal), ended]);
  end.abort();
  child.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

/** Waits for so many lines that say `text`. */
export function linesOf(text: string, count: number): Moment {
  return (stdout) =>
    new Promise((resolve) => {
      let seen = '';
      stdout.on('data', (chunk) => {
        seen += chunk;
        if (seen.split(text).length > count) resolve();
      });
    });
}
