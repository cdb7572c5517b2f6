import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { parsePlainDate } from '../../mappings/values.js';
import { runScript, startChild } from '../demo/child.js';
import type { Child } from '../demo/child.js';
import type { CleanUp } from '../demo/clean-up.js';
import { makeDatabases, makeErp } from '../demo/databases.js';
import { withClient } from '../demo/sql-client.js';
import { EXCHANGE, serverEnvironment } from '../demo/stage.js';
import type { Exchange } from '../demo/stage.js';

/** Everything that takes part, with the server listening to all mailboxes. */
export interface LatencyStage {
  readonly erpUrl: string;
  readonly control: string;
  readonly mailboxes: readonly string[];
  /** Where the server tells its metrics. */
  readonly serverUrl: string;
  /** Stops the fake Exchange and starts it again at the same address and with the same mailboxes. */
  restartExchange(): Promise<void>;
}

export interface LatencyStageOptions {
  readonly databaseUrl: string | null;
  readonly mode: 'machine' | 'embedded' | null;
  readonly mailboxes: number;
  readonly log: (text: string) => void;
}

/** Sets everything up by the commands of an administrator, and waits until all mailboxes are listened to. */
export async function buildStage(
  options: LatencyStageOptions,
  cleanUp: CleanUp,
): Promise<LatencyStage> {
  const { databaseUrl: serverUrl, mode, log } = options;
  const folder = await mkdtemp(join(tmpdir(), 'abgleich-latency-'));
  cleanUp.add(async () => await rm(folder, { recursive: true, force: true }));
  const databases = await makeDatabases({ serverUrl, mode, log }, cleanUp);
  const today = parsePlainDate(new Date().toISOString().slice(0, 10));
  await makeErp(databases.erp, { today, seed: 1, withAppointments: false });
  const mailboxes = await employ(databases.erp, options.mailboxes);
  const exchange = await startExchange({ mailboxes, folder, log }, cleanUp);
  const env = {
    ...serverEnvironment(databases, folder),
    ABGLEICH_POLL_SECONDS: '60', // as customers have it: what is faster was heard
  };
  await configure({ env, folder, exchange: exchange.first, signal: cleanUp.signal });
  const server = await startChild('server/main.js', {
    args: ['serve', '--stop-on-stdin-end'],
    ...{ env, log },
  });
  cleanUp.add(async () => await server.stop());
  const { url } = z.looseObject({ url: z.string() }).parse(JSON.parse(server.firstLine));
  await waitUntilHeard(url, mailboxes.length);
  return {
    erpUrl: databases.erp,
    control: exchange.first.control,
    ...{ mailboxes, serverUrl: url },
    restartExchange: exchange.restart,
  };
}

/** A staff of so many; the sample firm has too few. */
async function employ(erpUrl: string, count: number): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(3, '0'));
  const mailboxes = numbers.map((number) => `mitarbeiter.${number}@muster-maschinenbau.example`);
  await withClient(erpUrl, async (client) => {
    await client.query('delete from erp.absences');
    await client.query('delete from erp.employees');
    await client.query(
      `insert into erp.employees (id, login, given_name, surname, email, client_id, time_zone)
       select 'L' || number, 'mitarbeiter.' || number, 'Jörg', 'Müller ' || number, mailbox, 'C1', 'Europe/Berlin'
         from unnest($1::text[], $2::text[]) as staff (number, mailbox)`,
      [numbers, mailboxes],
    );
  });
  return mailboxes;
}

async function startExchange(
  options: {
    readonly mailboxes: readonly string[];
    readonly folder: string;
    readonly log: (text: string) => void;
  },
  cleanUp: CleanUp,
): Promise<{ readonly first: Exchange; readonly restart: () => Promise<void> }> {
  const { mailboxes, folder, log } = options;
  const start = async (port: string): Promise<Child> =>
    await startChild('test/simulators/main.js', {
      args: [
        ...['--port', port, '--until-stdin-ends', '--mailboxes', mailboxes.join(',')],
        ...['--state', join(folder, 'exchange.json')],
      ],
      ...{ env: process.env, log },
    });
  let running = await start('0');
  cleanUp.add(async () => await running.stop());
  const first = EXCHANGE.parse(JSON.parse(running.firstLine));
  return {
    first,
    restart: async () => {
      await running.stop();
      running = await start(new URL(first.url).port);
    },
  };
}

async function configure({
  env,
  folder,
  exchange,
  signal,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
}): Promise<void> {
  const service = exchange.users.find(({ role }) => role === 'service');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, service?.password ?? '', { mode: 0o600 });
  const abgleich = async (...args: string[]): Promise<string> =>
    await runScript('server/main.js', { args, env, signal });
  await abgleich('migrate');
  await abgleich(
    ...['connections', 'add', 'Latency', '--url', exchange.url, '--auth', 'basic'],
    ...['--user', service?.address ?? '', '--password-file', passwordFile],
  );
  await abgleich('employees', 'enable', '--all', '--connection', 'Latency');
}

const HEARD_WITHIN_MS = 120_000;

/** A measurement before that would be one of polls. */
async function waitUntilHeard(serverUrl: string, mailboxes: number): Promise<void> {
  const until = Date.now() + HEARD_WITHIN_MS;
  while ((await streamed(serverUrl)) < mailboxes) {
    if (Date.now() > until) throw new Error('the server does not listen to all mailboxes');
    await pause(250);
  }
}

/** How many mailboxes the server hears by streaming. */
export async function streamed(serverUrl: string): Promise<number> {
  const response = await fetch(`${serverUrl}/metrics`);
  const line = /^abgleich_listened_mailboxes\{[^}]*state="streaming"[^}]*\} (\d+)$/m;
  return Number(line.exec(await response.text())?.[1] ?? '0');
}
