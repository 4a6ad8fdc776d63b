import { defineConfig } from 'vitest/config';

/** Long tests: fuzzing at full length and comparisons that need other programs. Not part of `npm test`. */
export default defineConfig({
  test: { include: ['test/slow/**/*.test.ts'], testTimeout: 3_600_000, maxWorkers: 1 },
});
