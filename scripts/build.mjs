// @ts-check
/** Builds dist/ anew: the modules with their types, a command line that can be executed, and the page. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'vite';

rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
// What runs in browsers is compiled with their types, and without Node's.
for (const project of ['tsconfig.web.build.json', 'tsconfig.build.json'])
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
// npx links to the file itself and makes it executable only when it first does so.
chmodSync('dist/cli/main.js', 0o755);
await build({ configFile: 'app/vite.config.ts', logLevel: 'error' });
