/** `npx vite app` serves the pages while they are worked on; the models come from `sisr serve` beside it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { policyText } from '../src/node/server/content-policy.ts';
import { shippedModels } from './offline/models-plugin.ts';
import { offline } from './offline/offline-plugin.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A page that is isolated from other sites may use threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const SERVER = 'http://127.0.0.1:8080';

/** On servers that send no headers, too, nothing that a visitor gives the page leaves it. */
const contentPolicy: Plugin = {
  name: 'sisr-content-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policyText() },
      injectTo: 'head-prepend',
    },
  ],
};

/** Both pages have a viewer; its HTML stands in files of its own. */
const viewer: Plugin = {
  name: 'sisr-viewer',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- (viewer\/[\w-]+\.html) -->/g, (_, name: string) => readFileSync(path(name), 'utf8')),
  },
};

export default defineConfig({
  root: path('.'),
  // Relative addresses: the pages work below any path of any server.
  base: './',
  plugins: [viewer, contentPolicy, shippedModels(path('../models')), offline(path('public'))],
  worker: { format: 'es' },
  build: {
    outDir: path('../dist/app'),
    emptyOutDir: true,
    // ONNX Runtime's WebAssembly is large.
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
    rolldownOptions: {
      input: [path('index.html'), path('training.html'), path('offline/service-worker.ts')],
      output: {
        // A service worker rules over the folder that it stands in.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { headers, proxy: { '/api': SERVER, '/models': SERVER } },
  preview: { headers },
});
