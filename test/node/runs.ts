import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import { createRunDirectory, type RunSettings } from '../../src/node/run-directory.ts';
import type { RunEvent } from '../../src/train/metrics.ts';
import type { RunDirectory, TrainingState } from '../../src/train/run.ts';
import { temporaryFolder } from '../cli/run.ts';

/** A folder of runs that is empty at the start of each test, and what was said of the runs in it. */
export interface Runs {
  readonly root: string;
  readonly notes: string[];
  open(name: string | undefined, settings?: Partial<RunSettings>): Promise<RunDirectory>;
  /** The text of a file, by its path in the folder. */
  read(path: string): string;
}

export function useRuns(): Runs {
  const folder = temporaryFolder();
  let root = folder;
  let notes: string[] = [];
  beforeEach(({ task }) => {
    root = join(folder, task.id);
    notes = [];
  });
  return {
    get root() {
      return root;
    },
    get notes() {
      return notes;
    },
    open: (name, settings) =>
      createRunDirectory({
        root,
        ...(name !== undefined && { name }),
        options: { lr: 1e-4, scale: 2 },
        command: ['sisr', 'train', '--save', "it's"],
        note: (line) => notes.push(line),
        ...settings,
      }),
    read: (path) => readFileSync(join(root, path), 'utf8'),
  };
}

export function step(at: number): RunEvent {
  return { event: 'step', step: at, loss: 10 / at };
}

/** A state in which every number is its step, so that a mixture of two would be seen. */
export function stateOf(at: number): TrainingState {
  const keys = ['weights', 'moment1', 'moment2', 'ema'].map((kind) => `${kind}.body.0.weight`);
  const tensors = keys.map((key) => [key, { data: new Float32Array(100).fill(at), dims: [100] }] as const);
  return { tensors: new Map(tensors), progress: { step: at, epoch: 1 } };
}
