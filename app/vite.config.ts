/** `npx vite app` serves the pages while they are worked on; the models come from `sisr serve` beside it. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { shippedModels } from './offline/models-plugin.ts';
import { offline } from './offline/offline-plugin.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A page that is isolated from other sites may use threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const SERVER = 'http://127.0.0.1:8080';

export default defineConfig({
  root: path('.'),
  // Relative addresses: the pages work below any path of any server.
  base: './',
  plugins: [shippedModels(path('../models')), offline(path('public'))],
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
