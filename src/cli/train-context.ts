import type { Recipe } from '../train/recipes.ts';
import type { OriginalName, OriginalValues } from './original-options.ts';
import type { TrainCommandOptions } from './train-command-options.ts';

/** What every part of a training's settings is resolved from. */
export interface TrainContext {
  /** As given on the command line. */
  readonly parsed: TrainCommandOptions;
  /** The original's options among them. */
  readonly given: Partial<OriginalValues>;
  /** Those, and what a template or recipe sets. */
  readonly chosen: Partial<OriginalValues>;
  /** A value for every option of the original. */
  readonly values: OriginalValues;
  readonly recipe: Recipe | undefined;
  readonly scale: number;
  /** What has to be said, one line each; the parts add to it. */
  readonly warnings: string[];
  readonly exists: (path: string) => boolean;
  readonly now: Date;
}

/** Says of those options that were given that they change nothing. */
export function warnUnused(
  { given, warnings }: TrainContext,
  names: readonly OriginalName[],
  why: string,
): void {
  for (const name of names) {
    if (name in given) warnings.push(`--${name} has no effect: ${why}`);
  }
}
