/** The original's `--template`: each of these is applied where the text contains its name, in this order. */
import { UsageError } from './failure.ts';
import { NONE, type OriginalValues } from './original-options.ts';

const TEMPLATES: readonly { readonly name: string; readonly options: Partial<OriginalValues> }[] = [
  { name: 'EDSR_paper', options: { model: 'EDSR', n_resblocks: 32, n_feats: 256, res_scale: 0.1 } },
  { name: 'GAN', options: { epochs: 200, lr: 5e-5, lr_decay: 150 } },
];

/** Templates of the original that ask for something that sisr, or the original itself, does not have. */
const REFUSED: readonly { readonly name: string; readonly why: string }[] = [
  { name: 'jpeg', why: 'it needs the set DIV2K_jpeg, whose code was never published' },
  { name: 'MDSR', why: 'the network MDSR is not in sisr' },
  { name: 'DDBPN', why: 'the network DDBPN is not in sisr' },
];

/**
 * What a template sets. It gives way to options that are given as well, where the original would override them.
 *
 * @throws {UsageError} for a template that does not exist, or cannot be had
 */
export function templateOptions(template: string): Partial<OriginalValues> {
  if (template === NONE) return {};
  const refused = REFUSED.find(({ name }) => template.includes(name));
  if (refused) throw new UsageError(`--template ${template}: ${refused.why}`);
  const found = TEMPLATES.filter(({ name }) => template.includes(name));
  if (found.length === 0) {
    const known = TEMPLATES.map(({ name }) => name).join(' or ');
    throw new UsageError(`--template ${template}: expected ${known}`);
  }
  return Object.assign({}, ...found.map(({ options }) => options));
}
