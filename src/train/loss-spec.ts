/** The loss as it is written on the command line: weighted terms with a plus between them, `0.5*L1+0.5*MSE`. */
import { closest } from 'fastest-levenshtein';
import { InputError } from '../errors.ts';

/** The terms of a loss: means over all samples of a batch, on the network's value range. */
export const LOSS_TYPES = ['L1', 'MSE', 'Charbonnier', 'SSIM'] as const;
export type LossType = (typeof LOSS_TYPES)[number];

export interface LossTerm {
  /** Positive. */
  readonly weight: number;
  readonly type: LossType;
}

const VGG =
  'it compares features of VGG19, another network whose weights (trained on ImageNet) do not come with sisr';
const GAN =
  'it trains a second network, the discriminator, against the first, which sisr does not have; it makes pictures ' +
  'look sharper at a lower PSNR';

/** The terms of the original that need another network, by what their name contains. */
const REFUSED: readonly (readonly [part: string, why: string])[] = [
  ['VGG', VGG],
  ['GAN', GAN],
];

/** A decimal number as Python reads it, without a sign. */
const WEIGHT = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** @throws {InputError} for anything but known terms with positive weights, naming the term */
export function parseLoss(spec: string): LossTerm[] {
  return splitTerms(spec).map((text) => parseTerm(text.trim(), spec));
}

/** The terms as `parseLoss` reads them. */
export function formatLoss(terms: readonly LossTerm[]): string {
  return terms.map(({ weight, type }) => `${weight}*${type}`).join('+');
}

/** The plus of an exponent, `1e+2*L1`, does not separate terms. */
function splitTerms(spec: string): string[] {
  return spec.split(/(?<!\d\.?e)\+/i);
}

function parseTerm(text: string, spec: string): LossTerm {
  const [weight = '', name, ...rest] = text.split('*').map((part) => part.trim());
  if (
    name === undefined ||
    rest.length > 0 ||
    !(WEIGHT.test(weight) && Number(weight) > 0 && Number.isFinite(Number(weight)))
  ) {
    throw new InputError(
      `loss ${spec}: expected terms such as 1*L1 or 0.5*L1+0.5*MSE with positive weights, found "${text}"`,
    );
  }
  return { weight: Number(weight), type: lossType(name, spec) };
}

function lossType(name: string, spec: string): LossType {
  const found = LOSS_TYPES.find((type) => type === name);
  if (found) return found;
  const refused = REFUSED.find(([part]) => name.includes(part));
  if (refused) throw new InputError(`loss ${spec}: ${name} cannot be had: ${refused[1]}`);
  throw new InputError(
    `loss ${spec}: unknown term "${name}": expected ${LOSS_TYPES.join(', ')}. Did you mean ${closest(name, [...LOSS_TYPES])}?`,
  );
}
