import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';

const MAIN = resolve('dist/cli/main.js');

/** Runs the built command line (`npm test` builds it first). */
export function runCli(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
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

const folders: string[] = [];

// Once for the file: hooks that a running test adds are never called.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sisr-test-'));
  folders.push(folder);
  return folder;
}

/** Runs a command that must fail: one line that says why, the exit code, no stack, and `folder` as it was before. */
export function expectFailure(
  folder: string,
  args: string[],
  status: number,
  message: RegExp,
  cwd?: string,
): void {
  const before = readdirSync(folder, { recursive: true }).sort();
  const result = runCli(args, { cwd });
  const lines = result.stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(message);
  expect(result.stderr).not.toMatch(/ {4}at /);
  expect(result.status).toBe(status);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
}
