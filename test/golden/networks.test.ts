/** Every network of ../shared/goldens that is known: the output of the original PyTorch code, reproduced. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSafetensors } from '../../src/formats/safetensors.ts';
import { ESPCN_DEFAULTS } from '../../src/models/espcn.ts';
import { architectureById } from '../../src/models/registry.ts';
import { SRCNN_DEFAULTS } from '../../src/models/srcnn.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { relativeDifference } from '../../src/tensor.ts';
import { describeShared, hasShared, shared } from '../shared.ts';

/** What `meta.json` says of a golden. */
interface Meta {
  scale: number;
  value_range: number;
  parameters: number;
  options: Record<string, number> & { kernels: number[] };
}

const groupOptions = ({ options }: Meta) => ({
  colors: options.n_colors ?? 3,
  residualGroups: options.n_resgroups,
  residualBlocks: options.n_resblocks,
  features: options.n_feats,
  reduction: options.reduction,
});

/** The options to be found, per architecture; a golden's folder is named after it. */
const OPTIONS: Readonly<Record<string, (meta: Meta) => object>> = {
  rcan: groupOptions,
  san: groupOptions,
  han: groupOptions,
  edsr: ({ options }) => ({
    colors: options.n_colors,
    residualBlocks: options.n_resblocks,
    features: options.n_feats,
    resScale: options.res_scale,
  }),
  srcnn: ({ options }) => ({
    ...SRCNN_DEFAULTS, // its scale is that of the bicubic interpolation before it
    colors: options.channels,
    middleKernel: options.kernels[1],
  }),
  espcn: ({ options }) => ({ ...ESPCN_DEFAULTS, colors: options.channels, finalSigmoid: false }),
};

const TOLERANCE = 1e-4;
/**
 * HAN's layer attention is the softmax of dot products over all features of the picture, 10⁵ to 10⁷ large: float32
 * has them to about 1, in PyTorch as here, and where two layers are that close their shares are rounding.
 */
const HAN_TOLERANCE = 1e-3;

const architectureOf = (name: string) => name.split('-')[0] ?? '';
const KNOWN = hasShared
  ? readdirSync(shared('goldens')).filter((name) => architectureOf(name) in OPTIONS)
  : [];

describeShared('networks run by PyTorch', () => {
  it.each(KNOWN)('%s: output', async (name) => {
    const network = await loadNetwork(shared(`goldens/${name}/state.pt`), { device: 'cpu' });
    const { tensors } = parseSafetensors(readFileSync(shared(`goldens/${name}/io.safetensors`)));
    const output = await network.run(tensors.get('input')!);
    await network.dispose();
    expect(output.dims).toEqual(tensors.get('output')!.dims);
    expect(relativeDifference(output.data, tensors.get('output')!.data)).toBeLessThan(
      architectureOf(name) === 'han' ? HAN_TOLERANCE : TOLERANCE,
    );
  });

  it.each(KNOWN)('%s: options', async (name) => {
    const meta = JSON.parse(readFileSync(shared(`goldens/${name}/meta.json`), 'utf8')) as Meta;
    const network = await loadNetwork(shared(`goldens/${name}/state.pt`), { device: 'cpu' });
    await network.dispose();
    const { id, enlargedInput } = architectureById(architectureOf(name));
    expect(network.architecture).toBe(id);
    expect(network.options).toEqual({
      ...(!enlargedInput && { scale: meta.scale }),
      valueRange: meta.value_range,
      ...OPTIONS[id]?.(meta),
    });
    expect(network.parameterCount).toBe(meta.parameters);
  });
});
