/** Every network of ../shared/goldens that is known: the output of the original PyTorch code, reproduced. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSafetensors } from '../../src/formats/safetensors.ts';
import { loadNetwork } from '../../src/node/load-network.ts';
import { relativeDifference } from '../difference.ts';
import { describeShared, hasShared, shared } from '../shared.ts';

const FOLDERS = hasShared
  ? readdirSync(shared('goldens')).filter((name) => existsSync(shared(`goldens/${name}/state.pt`)))
  : [];
const KNOWN = FOLDERS.filter((name) => name.startsWith('rcan'));

describeShared('networks run by PyTorch', () => {
  it.each(KNOWN)('%s: output', async (name) => {
    const network = await loadNetwork(shared(`goldens/${name}/state.pt`), { device: 'cpu' });
    const { tensors } = parseSafetensors(readFileSync(shared(`goldens/${name}/io.safetensors`)));
    const output = await network.run(tensors.get('input')!);
    await network.dispose();
    expect(output.dims).toEqual(tensors.get('output')!.dims);
    expect(relativeDifference(output.data, tensors.get('output')!.data)).toBeLessThan(1e-4);
  });

  it.each(KNOWN)('%s: options', async (name) => {
    const meta = JSON.parse(readFileSync(shared(`goldens/${name}/meta.json`), 'utf8'));
    const network = await loadNetwork(shared(`goldens/${name}/state.pt`), { device: 'cpu' });
    await network.dispose();
    const { n_resgroups, n_resblocks, n_feats, reduction } = meta.options;
    expect(network.options).toEqual({
      scale: meta.scale,
      colors: 3,
      valueRange: meta.value_range,
      residualGroups: n_resgroups,
      residualBlocks: n_resblocks,
      features: n_feats,
      reduction,
    });
    expect(network.parameterCount).toBe(meta.parameters);
  });
});
