import { CleanUp } from '../demo/clean-up.js';
import { readMode } from '../demo/arguments.js';
import { openLogFile } from '../demo/log-file.js';
import { BadArguments, HELP, readArguments } from './arguments.js';
import { measure, type Measured } from './measure.js';
import { buildStage } from './stage.js';

const BAR_MS = 1_000;

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const cleanUp = new CleanUp();
  const stop = (): void => void cleanUp.run().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const stage = await buildStage(
      {
        databaseUrl: process.env['DATABASE_URL'] ?? null,
        mode: readMode(process.env['ABGLEICH_POSTGRES']),
        mailboxes: options.mailboxes,
        log: openLogFile(options.logFile),
      },
      cleanUp,
    );
    report(await measure(stage, options));
  } finally {
    await cleanUp.run();
  }
}

function report(measured: Measured): void {
  const { changes, rate, mailboxes, p50, p95, p99, max, lost, differences } = measured;
  process.stdout.write(
    `${changes} changes, ${rate} a second, in ${mailboxes} mailboxes: half within ${p50} ms, 95 of 100 within ${p95} ms, ` +
      `99 of 100 within ${p99} ms, the last within ${max} ms; ${lost} lost, ${differences} differences\n`,
  );
  const isComplete = lost + differences + measured.mails === 0;
  const isFast = measured.restarts > 0 || p95 <= BAR_MS; // nobody is fast while Exchange is away
  process.stdout.write(`${JSON.stringify({ ...measured, ok: isComplete && isFast })}\n`);
  process.exitCode = isComplete && isFast ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadArguments ? 2 : 1);
});
