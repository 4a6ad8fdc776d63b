import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Puts the models that ship beside the page, for servers that know nothing of sisr. */
export function shippedModels(folder: string): Plugin {
  return {
    name: 'sisr-models',
    apply: 'build',
    generateBundle() {
      for (const name of readdirSync(folder).filter((name) => /\.(json|safetensors)$/.test(name)))
        this.emitFile({
          type: 'asset',
          fileName: `models/${name}`,
          source: readFileSync(join(folder, name)),
        });
    },
  };
}
