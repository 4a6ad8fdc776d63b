/** The models that come with the package, in `models/`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expectThat } from '../errors.ts';

export interface ShippedModel {
  /** The name that `-m` takes. */
  name: string;
  /** The network's id. */
  architecture: string;
  scale: number;
  parameters: number;
  /** What it was trained to undo: `BI` for clean pictures, `photo` for those in lossy files. */
  degradation: 'BI' | 'photo';
  /** By the name of the set: PSNR in dB and SSIM on Y, protocol rcan-matlab, LR by BI. */
  scores: Record<string, { psnr: number; ssim: number }>;
  /** What it was trained on, with licences. */
  data: string;
  summary: string;
  /** SHA-256 of the file. */
  sha256: string;
}

const FOLDER = new URL('../../models/', import.meta.url);

/** All shipped models; the first of those that fit is the default. */
export function shippedModels(): ShippedModel[] {
  return JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as ShippedModel[];
}

/**
 * The file of a model's weights.
 *
 * @param model or its name
 * @throws {InputError} where no model of that name ships
 */
export function shippedModelPath(model: string | Pick<ShippedModel, 'name'>): string {
  const name = typeof model === 'string' ? model : model.name;
  const names = shippedModels().map((shipped) => shipped.name);
  expectThat(names.includes(name), 'model', names.join(', '), name);
  return fileURLToPath(new URL(`${name}.safetensors`, FOLDER));
}
