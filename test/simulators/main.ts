import { realClock } from './clock.js';
import { startFakeExchange } from './ews-server.js';
import type { FakeExchange } from './ews-server.js';
import { Organisation } from './mailbox/organisation.js';
import { fillDemo, fillMailbox } from './sample-data.js';
import { BadOptions, HELP, readOptions } from './simulator-options.js';
import type { Options } from './simulator-options.js';
import { keepState, readState } from './state-file.js';

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const options = readOptions(args);
  const { organisation, save } = openOrganisation(options);
  const { port, tls, auth, release } = options;
  const exchange = await startFakeExchange({ port, tls, auth, release, organisation });
  announce(exchange);
  stopOnSignal(exchange, { save, untilStdinEnds: options.untilStdinEnds });
}

function openOrganisation({ users, state, seed, data }: Options): {
  organisation: Organisation;
  save: () => void;
} {
  const found = state === null ? null : readState(state);
  const organisation = new Organisation({
    users,
    clock: realClock,
    seed: found ? Date.now() % 0xffff_ffff : seed, // a continued run must not repeat the UIDs of the first
    ...(found ? { guids: found.guids } : {}),
  });
  if (found) found.fill(organisation);
  else fill(organisation, data, seed);
  if (state === null) return { organisation, save: () => undefined };
  const { save } = keepState(organisation, state);
  save();
  return { organisation, save };
}

function fill(organisation: Organisation, data: Options['data'], seed: number): void {
  if (data === 'demo') fillDemo(organisation, seed);
  const [first] = organisation.mailboxes;
  if (typeof data === 'number' && first) {
    fillMailbox(first, { count: data, seed, now: organisation.nowMs() });
  }
}

function announce({ url, control, users, organisation, caFile }: FakeExchange): void {
  const shown = users.map(({ address, password, role }) => ({ address, password, role }));
  const mailboxes = organisation.mailboxes.map(({ address }) => address);
  const trust = caFile === null ? {} : { caFile };
  const line = JSON.stringify({
    url,
    control,
    users: shown,
    mailboxes,
    pid: process.pid,
    ...trust,
  });
  process.stdout.write(`${line}\n`);
}

function stopOnSignal(
  exchange: FakeExchange,
  { save, untilStdinEnds }: { save: () => void; untilStdinEnds: boolean },
): void {
  const stop = (): void => {
    void exchange.stop().then(() => {
      save();
      process.exit(0);
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (untilStdinEnds) process.stdin.once('end', stop).resume();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadOptions ? 2 : 1;
});
