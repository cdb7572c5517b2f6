import { setTimeout as pause } from 'node:timers/promises';
import { BadArguments, HELP, readArguments, readMode } from './arguments.js';
import type { DemoOptions } from './arguments.js';
import { dayAfter } from './calendar-entry.js';
import type { Window } from './calendar-entry.js';
import { CleanUp } from './clean-up.js';
import { openLogFile } from './log-file.js';
import { runLive } from './run-live.js';
import { runOnce } from './run-once.js';
import { buildStage } from './stage.js';
import type { Stage } from './stage.js';

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const cleanUp = new CleanUp();
  const stopped = stopOnRequest(options);
  const demo = runDemo(options, cleanUp);
  try {
    await Promise.race([demo, stopped]);
  } finally {
    await cleanUp.run();
    // what was just being started when the end came has to be stopped as well
    await Promise.race([demo.catch(() => undefined), pause(LAST_STEPS_MS)]);
    await cleanUp.run();
  }
  process.exit(); // whatever was interrupted holds nothing but connections to servers that are gone
}

const LAST_STEPS_MS = 15_000;

/** A signal ends the demo. Standard input does not: started by a script, it has ended before we begin. */
async function stopOnRequest({ once }: DemoOptions): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      if (once) process.exitCode = 130;
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

async function runDemo(options: DemoOptions, cleanUp: CleanUp): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const window: Window = { from: dayAfter(today, -STOCK_DAYS), before: dayAfter(today, 500) };
  const stage = await buildStage(
    {
      serverUrl: process.env['DATABASE_URL'] ?? null,
      mode: readMode(process.env['ABGLEICH_POSTGRES']),
      seed: options.seed,
      today,
      stockFrom: window.from,
      log: openLogFile(options.logFile),
    },
    cleanUp,
  );
  announce(stage);
  if (!options.once) return await runLive(stage, { seed: options.seed, today, window });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const report = await runOnce(stage, { ...options, today, window, say });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const isRight = report.differences + report.duplicates + report.mails === 0;
  process.exitCode = isRight ? 0 : 1;
}

/** A little more than the year that the sample data go back. */
const STOCK_DAYS = 380;

/** The first line of output: everything is up, and the stock is being taken over. */
function announce({ server, exchange, databases }: Stage): void {
  const { pid, url } = server;
  const shown = {
    server: { pid, url },
    exchange: {
      pid: exchange.pid,
      url: exchange.url,
      control: exchange.control,
      users: exchange.users,
    },
    erp: databases.erp,
    database: databases.own,
  };
  process.stdout.write(`${JSON.stringify(shown)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadArguments ? 2 : 1);
});
