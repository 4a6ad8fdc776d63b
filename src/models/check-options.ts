import { InputError } from '../errors.ts';
import { upsamplerScaleRule } from '../nn/upsampler.ts';
import type { NetworkOptions } from './architecture.ts';

/** More than any network has of anything; a file that says otherwise must not make us build that much. */
const MOST = 65535;

/**
 * Checks that every numeric option is a positive integer of at most `MOST`, and the rules that the network has for some
 * of them.
 *
 * @param rules per option: whether it holds, and what is expected
 * @param fractions the options that may be any positive number
 * @throws {InputError} naming the network, the option, what was expected and what was found
 */
export function checkOptions<O extends NetworkOptions>(
  network: string,
  options: O,
  rules: { readonly [K in keyof O]?: readonly [boolean, string] },
  fractions: readonly (keyof O)[] = [],
): void {
  for (const [name, value] of Object.entries(options)) {
    const option = name as keyof O;
    const fraction = fractions.includes(option);
    const inKind = fraction ? Number.isFinite : Number.isInteger;
    const positive = typeof value !== 'number' || (inKind(value) && value > 0);
    const [holds, expected] = !positive
      ? [false, fraction ? 'a positive number' : 'a positive integer']
      : Number(value) > MOST
        ? [false, `at most ${MOST}`]
        : (rules[option] ?? [true]);
    if (!holds) throw new InputError(`${network}: the option ${name} must be ${expected}, found ${value}`);
  }
}

/** What EDSR and the networks that keep its mean shift and upsampler ask. */
export function edsrRules({ scale, colors }: NetworkOptions) {
  return {
    scale: upsamplerScaleRule(scale),
    colors: [colors === 3, '3 (the mean shift is for RGB)'],
  } as const;
}

/** The same, and what channel attention asks. */
export function attentionRules(options: NetworkOptions & { features: number; reduction: number }) {
  const { features, reduction } = options;
  return {
    ...edsrRules(options),
    reduction: [reduction <= features, `at most features (${features})`],
  } as const;
}
