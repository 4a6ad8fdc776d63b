import weights from 'sisr/models/rcan-light-x2.safetensors?url';
import { loadNetwork } from 'sisr/web';

const network = await loadNetwork(weights);
const input = document.querySelector('input')!;
const progress = document.querySelector('progress')!;
input.onchange = async () => {
  const onProgress = (p: { done: number; total: number }) =>
    progress.setAttribute('value', `${p.done / p.total}`);
  document.images[0]!.src = URL.createObjectURL(await network.upscale(input.files![0]!, { onProgress }));
};
