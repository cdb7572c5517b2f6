import { BadArguments, readMode } from '../demo/arguments.js';
import { CleanUp } from '../demo/clean-up.js';
import { openLogFile } from '../demo/log-file.js';
import { HELP, readArguments } from './arguments.js';
import { runChaos } from './run-chaos.js';

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const cleanUp = new CleanUp();
  const stop = (): void => void cleanUp.run().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const settings = {
    ...options,
    serverUrl: process.env['DATABASE_URL'] ?? null,
    mode: readMode(process.env['ABGLEICH_POSTGRES']),
    log: openLogFile(options.logFile),
    say: (line: string): void => void process.stderr.write(`${line}\n`),
  };
  try {
    const report = await runChaos(settings, cleanUp);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    process.exitCode = report.violations === 0 ? 0 : 1;
  } finally {
    await cleanUp.run();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadArguments ? 2 : 1);
});
