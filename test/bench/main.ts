import { CleanUp } from '../demo/clean-up.js';
import { readMode } from '../demo/arguments.js';
import { HELP, readArguments } from './arguments.js';
import type { BenchOptions } from './arguments.js';
import { calibrate } from './calibrate.js';
import { runCases } from './cases.js';
import type { Run } from './cases.js';
import { prepareGround } from './ground.js';
import { tableOf } from './table.js';

async function main(): Promise<void> {
  const options = readOptions();
  if (options === null) return;
  const cleanUp = new CleanUp();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp.run().then(() => process.exit(130)));
  }
  try {
    await runBench(options, cleanUp);
  } finally {
    await cleanUp.run();
  }
}

function readOptions(): BenchOptions | null {
  try {
    const options = readArguments(process.argv.slice(2));
    if (options === null) process.stdout.write(HELP);
    return options;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
    return null;
  }
}

async function runBench({ sizes, json }: BenchOptions, cleanUp: CleanUp): Promise<void> {
  const calibrationMs = calibrate();
  const runs: Run[] = [];
  for (const size of sizes) {
    const ofSize = new CleanUp();
    cleanUp.add(async () => await ofSize.run());
    const settings = {
      serverUrl: process.env['DATABASE_URL'] ?? null,
      mode: readMode(process.env['ABGLEICH_POSTGRES']),
    };
    const ground = await prepareGround(size, settings, ofSize);
    runs.push(...(await runCases(ground, size, calibrationMs)));
    await ofSize.run();
  }
  process.stdout.write(tableOf(calibrationMs, runs));
  if (json) process.stdout.write(`${JSON.stringify({ calibrationMs, runs })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
