import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const MAIN = resolve('dist/cli/main.js');

/** Runs the built command line (`npm test` builds it first). */
export function runCli(
  args: string[],
  options: { cwd?: string } = {},
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    ...options,
  });
  return { status, stdout, stderr };
}

/** Starts the built command line, to be interrupted while it runs. */
export function startCli(args: string[], options: { cwd?: string } = {}) {
  return spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe', ...options });
}

/** A new folder, removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sisr-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
