import { defineConfig } from 'vitest/config';
import { workerArguments } from './test/typescript-workers/arguments.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**'],
    testTimeout: 60_000,
    maxWorkers: 2,
    execArgv: workerArguments,
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'coverage/tests.json' }]] : ['default'],
  },
});
