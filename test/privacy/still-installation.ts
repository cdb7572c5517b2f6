import { mkdir, rm } from 'node:fs/promises';
import pg from 'pg';
import { readConfig } from '../../server/config.js';
import type { Environment } from '../../server/config.js';
import { httpApp } from '../../server/http/app.js';
import { runPairCycle } from '../../server/jobs/run-cycle.js';
import { startWorker } from '../../server/jobs/worker.js';
import { openMetrics } from '../../server/metrics.js';
import { cycleDeps } from '../../server/serve.js';
import { openAbgleich } from '../../server/wire.js';
import { withClient } from '../demo/sql-client.js';
import { typed } from '../server/cli/typed.js';
import type { Answered } from '../server/cli/typed.js';
import { keptLog } from '../server/quiet-log.js';
import { startFakeExchange } from '../simulators/ews-server.js';
import type { FakeExchange } from '../simulators/ews-server.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { setClock } from './clockwork.js';
import { currentClock, rewind } from './injected-time.js';
import type { RewoundCluster } from './rewound-cluster.js';

/** Where a run lives; a second run at the same place has the same addresses and paths. */
export interface Place {
  readonly cluster: RewoundCluster;
  readonly dataFolder: string;
  /** 0 = any free port. */
  readonly exchangePort: number;
  readonly modes?: Partial<ExchangeModes>;
}

/**
 * A whole installation whose time stands still and whose chance is told: both databases on a real PostgreSQL, the worker that
 * takes due pairs, the HTTP side, the command line, and a fake Exchange over HTTP. Two of them that hear the same are the
 * same, byte for byte.
 */
export interface StillInstallation {
  readonly exchange: FakeExchange;
  readonly erp: pg.Client;
  readonly urls: { readonly own: string; readonly erp: string };
  readonly logLines: readonly string[];
  /** Cycles that have ended, by how they did. */
  readonly ends: readonly string[];
  mailbox(account: string): Mailbox;
  run(args: readonly string[], stdin?: string): Promise<Answered>;
  /** Moves the time of everybody. */
  pass(seconds: number): Promise<void>;
  /** Lets the worker take whatever is due, a poll later, until nothing is; so many times. */
  sync(rounds?: number): Promise<void>;
  /** Ends the syncing half, and starts it again with an empty log and metrics that count from zero. */
  restart(): Promise<void>;
  /** What `GET /metrics` answers. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** Between the poll of 60 s and the lease that is kept for 10 s. */
const ROUND_SECONDS = 90;

const DOMAIN = 'muster-maschinenbau.example';

export async function openStillInstallation(place: Place): Promise<StillInstallation> {
  rewind();
  const databases = await place.cluster.start();
  await rm(place.dataFolder, { recursive: true, force: true });
  await mkdir(place.dataFolder, { recursive: true });
  const exchange = await startFakeExchange({
    ...{ port: place.exchangePort, clock: currentClock(), seed: 11 },
    modes: place.modes ?? {},
  });
  const env: Environment = {
    DATABASE_URL: databases.own,
    ERP_DATABASE_URL: databases.erp,
    ABGLEICH_DATA: place.dataFolder,
    ABGLEICH_HTTP_PORT: '0',
    ABGLEICH_WORKERS: '1',
    ABGLEICH_STREAMING: 'off',
  };
  const clients = await Promise.all([databases.own, databases.erp].map(openOne));
  const [, erp] = clients as [pg.Client, pg.Client];
  let syncing = await syncingWith(env);
  const pass = async (seconds: number): Promise<void> => {
    currentClock().advance(seconds * 1000);
    for (const client of clients) await setClock(client, currentClock().now());
  };
  return {
    ...{ exchange, erp, pass },
    urls: { own: databases.own, erp: databases.erp },
    get logLines() {
      return syncing.logLines;
    },
    get ends() {
      return syncing.ends;
    },
    async restart() {
      await syncing.close();
      syncing = await syncingWith(env);
    },
    mailbox: (account) => exchange.organisation.mailbox(`${account}@${DOMAIN}`),
    run: (args, stdin = '') => typed(args, { env, stdin }),
    async sync(rounds = 1) {
      for (let round = 0; round < rounds; round += 1) {
        await pass(ROUND_SECONDS);
        await syncing.takeDue();
      }
    },
    metrics: () => syncing.metrics(),
    async close() {
      await syncing.close();
      for (const client of clients) await client.end();
      await exchange.stop();
      await databases.stop();
    },
  };
}

async function openOne(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => undefined); // the server goes away at the end
  await client.connect();
  return client;
}

/** The syncing half of the server. */
async function syncingWith(env: Environment) {
  const log = keptLog();
  const metrics = openMetrics();
  const config = readConfig(env);
  const ends: string[] = [];
  let claimed: Promise<void> | null = null;
  const abgleich = await openAbgleich(config, {
    log,
    ewsRequest: (connection, operation) => metrics.ewsRequest(connection, operation),
  });
  const app = httpApp({
    problems: () => Promise.resolve([]),
    metrics: () => metrics.text(),
    metricsType: metrics.contentType,
  });
  const deps = cycleDeps({ abgleich, config, log, metrics });
  return {
    ends,
    get logLines() {
      return log.lines.map((line) => JSON.stringify(line));
    },
    async takeDue(): Promise<void> {
      await (claimed ??= abgleich.claimErp(new AbortController().signal));
      await new Promise<void>((resolve) => {
        const worker = startWorker({
          queue: {
            async claimDue(free) {
              const claims = await abgleich.queue.claimDue(free);
              if (claims.length === 0) void worker.stop(0).then(resolve);
              return claims;
            },
          },
          run: async (claim, signal) => {
            ends.push((await runPairCycle(claim, deps, signal)).kind);
          },
          ...{ size: 1, clock: deps.clock, log },
        });
      });
    },
    metrics: async () => (await app.inject({ method: 'GET', url: '/metrics' })).payload,
    async close(): Promise<void> {
      await app.close();
      await abgleich.close();
    },
  };
}

/** Everything a database of ours or of the ERP holds, with the transaction that wrote each row; one line per row. */
export async function dumpDatabase(url: string): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    const lines: string[] = [];
    const { rows: tables } = await client.query<{ name: string }>(TABLES);
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(
        `select xmin::text || ' ' || t::text as line from ${name} t order by ctid`,
      );
      lines.push(`${name}: ${String(rows.length)} rows`, ...rows.map(({ line }) => `  ${line}`));
    }
    const { rows: sequences } = await client.query<{ line: string }>(SEQUENCES);
    return [...lines, ...sequences.map(({ line }) => line)];
  });
}

const TABLES = `
  select format('%I.%I', schemaname, tablename) as name
    from pg_tables where schemaname in ('abgleich', 'erp') order by 1`;

const SEQUENCES = `
  select format('%I.%I stands at %s', schemaname, sequencename, last_value) as line
    from pg_sequences where schemaname in ('abgleich', 'erp') order by 1`;
