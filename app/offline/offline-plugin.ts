import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

const WORKER = 'service-worker.js';

/** Too large for visitors who may not need it: fetched when the page does. */
const LATER = /\.(wasm|safetensors)$/;

/** Tells the service worker which files there are. */
export function offline(publicFolder: string): Plugin {
  return {
    name: 'sisr-offline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== 'chunk') throw new Error(`expected ${WORKER} in the build`);
      const { [WORKER]: _worker, ...others } = bundle;
      const fixed = readdirSync(publicFolder);
      const names = [...Object.keys(others).filter((name) => !name.endsWith('.map')), ...fixed].sort();
      const first = names
        .filter((name) => !LATER.test(name))
        .map((name) => name.replace(/^index\.html$/, './'));
      const later = names.filter((name) => name.startsWith('assets/') && LATER.test(name));
      const contents = [
        ...Object.values(others).map(contentOf),
        ...fixed.map((name) => readFileSync(join(publicFolder, name))),
      ];
      const version = digest([worker.code, ...names, ...contents]);
      const constants = { FIRST: first, LATER: later, VERSION: version };
      const lines = Object.entries(constants).map(
        ([name, value]) => `const ${name}=${JSON.stringify(value)};\n`,
      );
      worker.code = lines.join('') + worker.code;
    },
  };
}

function contentOf(file: Rolldown.OutputChunk | Rolldown.OutputAsset): string | Uint8Array {
  return file.type === 'chunk' ? file.code : file.source;
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}
