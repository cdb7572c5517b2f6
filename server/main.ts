#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.js';
import { VERBS } from './cli/verbs.js';
import { keepHeapLean } from './heap.js';

keepHeapLean();

/** The first signal asks for an end, the second one insists. Where there are none, `serve` has its own way. */
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  });
}

// whoever reads our answers may stop reading, as `head` does
process.stdout.on('error', () => process.exit(1));

process.exitCode = await runCommandLine(process.argv.slice(2), VERBS, {
  env: process.env,
  stdin: process.stdin,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  stop: stopping.signal,
  endWithin: (ms) => void setTimeout(() => process.exit(1), ms).unref(),
});
// standard input may still be open, and would keep us alive
process.stdin.destroy();
