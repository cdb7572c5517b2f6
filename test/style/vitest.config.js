import { defineConfig } from 'vitest/config';

/** Tests that start PostgreSQL or a server in a process of its own need more than the default 5 s. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['default'],
  },
});
