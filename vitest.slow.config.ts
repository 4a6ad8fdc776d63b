import { defineConfig } from 'vitest/config';
import { workerArguments } from './test/typescript-workers/arguments.ts';

/** Long tests: fuzzing at full length and comparisons that need other programs. Not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 3_600_000,
    maxWorkers: 1,
    execArgv: workerArguments,
  },
});
