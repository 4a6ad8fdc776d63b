/** The options of every command that runs a network, and the model that they name. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { shippedModelPath, shippedModels } from '../node/shipped-models.ts';
import { chooseModel, listScales } from '../upscale/choose-model.ts';
import type { Network } from '../upscale/network.ts';
import type { UpscaleOptions } from '../upscale/upscale.ts';
import { type DeviceOptions, deviceOptions, memoryOption } from './device-options.ts';
import { UsageError } from './failure.ts';
import { positiveInteger, tileSize } from './values.ts';

/** How a network runs. */
export interface RunningOptions extends DeviceOptions {
  tile: NonNullable<UpscaleOptions['tile']>;
  ensemble?: boolean;
  /** Bytes. */
  memory: number;
}

export interface ModelOptions {
  scale?: number;
  model?: string;
}

/** Scale of the model that is taken where neither a model nor a scale is named. */
export const DEFAULT_SCALE = 2;

/**
 * `--scale` and `--model`.
 *
 * @param otherwise what is taken where no model is named
 */
export function addModelOptions(command: Command, otherwise: string): Command {
  return command
    .option(
      '-s, --scale <factor>',
      `enlargement (default: the model's, else ${DEFAULT_SCALE}); chooses it where a model fits any (SRCNN)`,
      positiveInteger,
    )
    .option(
      '-m, --model <model>',
      `a model that ships (see "sisr models") or a checkpoint file (default: ${otherwise})`,
    );
}

/** `--tile`, `--ensemble`, `--memory`, `--device` and `--threads`. */
export function addRunningOptions(command: Command): Command {
  command
    .addOption(
      new Option('-t, --tile <size>', 'auto, off, chop (as the original RCAN) or pixels')
        .argParser(tileSize)
        .default('auto'),
    )
    .option('-x, --ensemble', 'average over 8 flips and turns: 8 times slower, a little better');
  return addMachineOptions(command, 'what "--tile auto" keeps the process under');
}

/**
 * `--memory`, `--device` and `--threads`.
 *
 * @param memory what `--memory` limits
 */
export function addMachineOptions(command: Command, memory: string): Command {
  for (const option of [memoryOption(memory), ...deviceOptions()]) command.addOption(option);
  return command;
}

export interface FoundModel {
  /** As it was given, or as it ships. */
  name: string;
  path: string;
  /** Why it was chosen, where that is worth a word. */
  why?: string;
}

/**
 * The model that was named, else the one that ships for clean pictures.
 *
 * @param option how an error calls the option
 * @throws {UsageError} where no model of that name ships and no such file exists
 */
export function findModel({ model, scale }: ModelOptions, option = '-m'): FoundModel {
  if (model === undefined) return shippedModelFor({ scale, lossy: false });
  const shipped = shippedModels().find(({ name }) => name === model);
  if (shipped) return { name: model, path: shippedModelPath(shipped) };
  if (existsSync(model)) return { name: model, path: model };
  const names = shippedModels().map(({ name }) => name);
  throw new UsageError(
    `${option} ${model}: no such file, and no model of that name ships (${names.join(', ')})`,
  );
}

/**
 * The model that ships for such pictures.
 *
 * @throws {UsageError} where none ships for the scale
 */
export function shippedModelFor({
  scale = DEFAULT_SCALE,
  lossy,
}: {
  scale?: number | undefined;
  lossy: boolean;
}): FoundModel {
  const model = chooseModel(shippedModels(), { scale, lossy });
  if (!model) throw new UsageError(noModelFor(scale));
  const why = lossy && model.degradation === 'photo' && 'for pictures in lossy formats (-m chooses another)';
  return { name: model.name, path: shippedModelPath(model), ...(why && { why }) };
}

function noModelFor(scale: number): string {
  const scales = listScales(shippedModels());
  return `--scale ${scale}: no model that ships enlarges ×${scale}: expected ${scales}, or a checkpoint of your own (-m)`;
}

/** @throws {UsageError} where `--scale` is not the network's */
export function checkScale(network: Pick<Network, 'scale'>, { scale }: ModelOptions, model: string): void {
  if (scale !== undefined && scale !== network.scale) {
    throw new UsageError(`--scale ${scale}: ${model} enlarges ×${network.scale}`);
  }
}
