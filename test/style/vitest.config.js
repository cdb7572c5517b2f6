import { defineConfig } from 'vitest/config';

// npm run test:schema: every process of the run writes down the SOAP it hears
if (process.env.ABGLEICH_RECORD_SOAP) {
  const recorder = new URL('../../dist/test/schema/record.js', import.meta.url);
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${recorder.href}`;
}

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
