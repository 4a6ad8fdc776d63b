/**
 * Lets worker threads of the tests run the sources: Node below 22.18 runs no TypeScript by itself. Vitest preloads
 * this (`execArgv`), and worker threads inherit it.
 */
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread && !('typescript' in process.features && process.features.typescript))
  register('./hooks.js', import.meta.url);
