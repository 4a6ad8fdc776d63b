import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('run-child.js', import.meta.url));

/** Another process that works in a run, and the lines that it says. */
export interface RunProcess {
  readonly child: ChildProcess;
  /** The next line; undefined once the process has ended. */
  next(): Promise<string | undefined>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** @param shell commands to be run before it, in the same shell */
export function startRunProcess(args: readonly string[], shell?: string): RunProcess {
  const command = [process.execPath, SCRIPT, ...args];
  const child = shell
    ? spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
    : spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    // A process that has closed its output may live for a moment yet, and hold its locks.
    if (done) await exited;
    return value;
  };
  return { child, kill, next };
}
