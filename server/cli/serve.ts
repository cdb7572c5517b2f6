import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { startServer } from '../serve.js';
import type { Input } from './input.js';
import type { Outcome, Session, Verb } from './verb.js';

export const SERVE: Verb = {
  name: 'serve',
  does: {
    de: 'gleicht ab, bis es beendet wird; auf der Standardausgabe steht eine Zeile JSON, sobald es läuft.',
    en: 'syncs until it is stopped; standard output has one line of JSON as soon as it runs.',
  },
  positionals: [],
  logLevel: 'info',
  options: {
    'stop-on-stdin-end': {
      value: null,
      help: {
        de: 'endet auch mit der Standardeingabe oder bei der Zeile „stop“ darin, wo es keine Signale gibt.',
        en: 'also ends with standard input, or at the line "stop" in it, where there are no signals.',
      },
    },
  },
  run: serve,
};

async function serve(input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  const parts = {
    abgleich,
    config: session.config(),
    log: session.log(),
    metrics: session.metrics(),
  };
  const server = await startServer(parts);
  session.print(`${JSON.stringify({ url: server.url, pid: process.pid })}\n`);
  const ends = [fired(session.stop)];
  if (input.flag('stop-on-stdin-end')) ends.push(endOf(session.stdin));
  await Promise.race(ends);
  parts.log.info({}, 'stopping');
  session.endWithin(parts.config.shutdownMs);
  await server.stop();
  return { exit: 0, json: undefined, text: { de: '', en: '' } };
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The pipe of a parent that has died ends as well. */
function endOf(stdin: Readable): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdin });
    lines.on('line', (line) => {
      if (line.trim() === 'stop') lines.close();
    });
    lines.on('close', resolve);
    stdin.on('error', () => lines.close());
  });
}
