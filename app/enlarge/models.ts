/** The models that can be chosen: those that come with the page, and the visitor's own. */
import { chooseModel, isLossyPicture, LOSSY_HEAD_BYTES } from 'sisr';
import type { Choice, Listed, Model, NetworkFacts, Settings } from './state.ts';
import { listedText, networkText } from './text.ts';

const SERVED = 'api/models';
const SHIPPED = 'models/index.json';

export interface Offer {
  readonly models: Model[];
  /** Where they are listed. */
  readonly address: string;
  /** Whether the server shows trainings, too. */
  readonly trainings: boolean;
}

/**
 * What `sisr serve` offers, or on any other server the list beside the page.
 *
 * @throws {Error} where there is no list
 */
export async function readOffer(): Promise<Offer> {
  const served = (await readJson(SERVED)) as { models?: Listed[]; trainings?: boolean } | undefined;
  if (served?.models)
    return {
      models: served.models.map(modelOf),
      address: SERVED,
      trainings: served.trainings ?? false,
    };
  const listed = (await readJson(SHIPPED)) as Listed[] | undefined;
  if (!listed?.length) throw new Error(`${SHIPPED}: expected the list of models, found none`);
  return { models: listed.map(modelOf), address: SHIPPED, trainings: false };
}

/** More are fetched when they are needed, and not before. */
const FEW_PARAMETERS = 2e6;

/** The weights of which a visitor will hardly notice that they are fetched. */
export function smallWeights(models: readonly Model[]): string[] {
  const small = models.filter(({ parameters }) => parameters < FEW_PARAMETERS);
  return small.flatMap(({ weights }) => (weights instanceof File ? [] : [weights]));
}

/** The visitor's own weights, once it is known what they are. */
export function ownModel(file: File, facts: NetworkFacts): Model {
  const { scale, parameterCount: parameters } = facts;
  return { name: file.name, scale, parameters, description: networkText(facts), weights: file };
}

async function readJson(path: string): Promise<unknown> {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function modelOf(listed: Listed): Model {
  const { name, scale, parameters, degradation, named, sha256, url } = listed;
  // The page may stand below a sub-path, of which the server knows nothing.
  const path = url?.replace(/^\//, '') ?? `models/${name}.safetensors`;
  // The digest makes an address whose content never changes: the service worker keeps it.
  const weights = new URL(sha256 ? `${path}?${sha256.slice(0, 16)}` : path, document.baseURI).href;
  return { name, scale, parameters, degradation, named, description: listedText(listed), weights };
}

/** Of a file that cannot be read any more, the network says so. */
export async function isLossyFile(file: Blob): Promise<boolean> {
  const head = await file
    .slice(0, LOSSY_HEAD_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer());
  return isLossyPicture(new Uint8Array(head));
}

/** How a picture is enlarged, where it comes from a lossy file or not. */
export function settingsFor(
  lossy: boolean,
  { scale, model, ...rest }: Choice,
  models: readonly Model[],
): Settings {
  return { ...rest, model: model ?? chooseModel(models, { scale, lossy })! };
}

/** Every scale that a model has, rising. */
export function scalesOf(models: readonly Model[]): number[] {
  return [...new Set(models.map(({ scale }) => scale))].sort((a, b) => a - b);
}
