// @ts-check
/**
 * Writes docs/networks.md: the networks of the registry, as the program itself knows them.
 *
 *   npm run build && node scripts/networks-table.mjs
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { networkCost } from '../dist/models/cost.js';
import { ARCHITECTURES } from '../dist/models/registry.js';
import { parameterCount } from '../dist/nn/block.js';

/** @typedef {(typeof ARCHITECTURES)[number]} Architecture */

const HEAD = [
  ['network', 'options and their defaults', 'size', 'parameters', 'multiply-adds per input pixel'],
  ['TMAC per output megapixel', 'key names read'],
].flat();

/** The page, whole. */
export function networksPage() {
  const rows = ARCHITECTURES.flatMap(rowsOf);
  return `# Networks

<!-- Written by scripts/networks-table.mjs; change the registry (src/models), not this file. -->

${row(HEAD)}
${row(HEAD.map((_, i) => (i >= 3 && i <= 5 ? '---:' : '---')))}
${rows.map(row).join('\n')}

**Parameters** count every tensor of the state dict. **Multiply-adds** are those of convolutions and matrix
products, for a picture of 1000×1000 pixels; an input pixel is one of the small picture, also where the network
sees it enlarged. One TMAC is 10¹² multiply-adds. \`sisr inspect\` says the same of any checkpoint.

Every network is read from and written to the same files:

| format | read | written by \`sisr convert\` |
| --- | --- | --- |
| \`.pt\`, \`.pth\` | PyTorch's zip, legacy and tar containers, also inside \`params_ema\`, \`params\`, \`state_dict\`, \`model\`, \`net\` and with \`module.\` before every key | zip, or legacy with \`--container legacy\`, under the official key names; in a zip the options lie beside the weights, where PyTorch passes over them |
| \`.safetensors\` | every element type | float32, or \`--float16\`; the options are in the metadata |
| \`.onnx\` | models that sisr wrote | opset 17, all weights inline, under 2 GB; batch, height and width are dynamic; the options are in the metadata |

What the weights do not tell (the range of values, residual scaling, the scale of SRCNN) is kept with them in every
format but PyTorch's legacy container, which has no place for it.
`;
}

/** @param {Architecture} architecture */
function rowsOf(architecture) {
  const { id, title, paper, defaults, configurations, namings } = architecture;
  const options = Object.entries(defaults).map(([name, value]) => `\`${name}\` ${value}`);
  const sizes = configurations ?? [{ name: `×${defaults.scale}`, options: {} }];
  return sizes.map(({ name, options: chosen }, i) => {
    const all = { ...defaults, ...chosen };
    const cost = networkCost(architecture, all);
    return [
      ...(i === 0 ? [`[${title}](${paper}) (\`${id}\`)`, options.join(', ')] : ['', '']),
      name,
      count(parameterCount(architecture.build(all))),
      count(cost.multiplyAddsPerInputPixel),
      String(Number(cost.tmacPerOutputMegapixel.toPrecision(3))),
      i === 0 ? (namings ?? ["the authors' code"]).join(', ') : '',
    ];
  });
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en');
}

/** @param {readonly string[]} cells */
function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync('docs/networks.md', networksPage());
