import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parsePlainDate } from '../../mappings/values.js';
import { runScript, startChild } from './child.js';
import type { Child } from './child.js';
import type { CleanUp } from './clean-up.js';
import { makeDatabases, makeErp } from './databases.js';
import type { Databases } from './databases.js';
import { PEOPLE } from './people.js';

/** Everything that takes part: two databases, the fake Exchange and our server, each in a process of its own. */
export interface Stage {
  readonly databases: Databases;
  readonly exchange: Exchange;
  /** The server as it runs now; another one after a crash. */
  readonly server: { readonly pid: number; readonly url: string };
  /** Whether it runs; false when it ended by itself. */
  readonly isServerAlive: boolean;
  /** Kills the server without warning and starts it again. */
  crashServer(): Promise<void>;
}

export interface StageOptions {
  readonly serverUrl: string | null;
  readonly mode: 'machine' | 'embedded' | null;
  readonly seed: number;
  readonly today: string;
  /** Everything that ends before this day is left alone. */
  readonly stockFrom: string;
  readonly log: (text: string) => void;
}

export const EXCHANGE = z.object({
  url: z.string(),
  control: z.string(),
  pid: z.number(),
  users: z.array(
    z.object({ address: z.string(), password: z.string(), role: z.enum(['service', 'mailbox']) }),
  ),
});

export type Exchange = z.infer<typeof EXCHANGE>;

const SERVER = z.looseObject({ pid: z.number(), url: z.string() });

/** Sets everything up by the same commands an administrator would use; the server runs and takes over the stock. */
export async function buildStage(options: StageOptions, cleanUp: CleanUp): Promise<Stage> {
  const { folder, databases, exchange } = await buildGround(options, cleanUp);
  const env = serverEnvironment(databases, folder);
  const { signal } = cleanUp;
  await configure({ env, folder, exchange, stockFrom: options.stockFrom, signal });
  return await runServer({ databases, exchange, env, log: options.log }, cleanUp);
}

/** What is there before anybody syncs. */
export interface DemoGround extends Pick<Stage, 'databases' | 'exchange'> {
  /** For files of the run; gone at its end. */
  readonly folder: string;
}

/** Makes the databases, fills the sample ERP, and starts the fake Exchange. */
export async function buildGround(
  options: Omit<StageOptions, 'stockFrom'>,
  cleanUp: CleanUp,
): Promise<DemoGround> {
  const folder = await mkdtemp(join(tmpdir(), 'abgleich-demo-'));
  cleanUp.add(async () => await rm(folder, { recursive: true, force: true }));
  const databases = await makeDatabases(options, cleanUp);
  const erp = { today: parsePlainDate(options.today), seed: options.seed, withAppointments: true };
  const [exchange] = await Promise.all([
    startExchange(['--data', 'demo', '--seed', String(options.seed)], options.log, cleanUp),
    makeErp(databases.erp, erp),
  ]);
  return { folder, databases, exchange };
}

/** Starts the fake Exchange on a free port. */
export async function startExchange(
  args: readonly string[],
  log: (text: string) => void,
  cleanUp: CleanUp,
): Promise<Exchange> {
  const child = await startChild('test/simulators/main.js', {
    args: ['--port', '0', '--until-stdin-ends', ...args],
    env: process.env,
    log,
  });
  cleanUp.add(async () => await child.stop());
  return EXCHANGE.parse(JSON.parse(child.firstLine));
}

/** Polls every second and short patience, so that a run does not wait for what only a slow server needs. */
export function serverEnvironment({ own, erp }: Databases, folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: own,
    ERP_DATABASE_URL: erp,
    ABGLEICH_DATA: folder,
    ABGLEICH_KEY_FILE: join(folder, 'keys'),
    ABGLEICH_HTTP_PORT: '0',
    ABGLEICH_POLL_SECONDS: '1',
    ABGLEICH_LOG: process.env['ABGLEICH_LOG'] ?? 'warn',
  };
}

interface Setup {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly exchange: Pick<Exchange, 'url' | 'users'>;
  readonly stockFrom: string;
  readonly signal: AbortSignal;
}

const CONNECTION = 'Demo';
const WRITE_TIMEOUT_SECONDS = '3';

/** Adds the connection and enables everybody, by the commands of an administrator. */
export async function configure({
  env,
  folder,
  exchange,
  stockFrom,
  signal,
}: Setup): Promise<void> {
  const service = exchange.users.find(({ role }) => role === 'service');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, service?.password ?? '', { mode: 0o600 });
  const abgleich = async (...args: string[]): Promise<string> =>
    await runScript('server/main.js', { args, env, signal });
  await abgleich('migrate');
  await abgleich(
    ...['connections', 'add', CONNECTION, '--url', exchange.url, '--auth', 'basic'],
    ...['--user', service?.address ?? '', '--password-file', passwordFile],
    ...['--write-timeout', WRITE_TIMEOUT_SECONDS],
  );
  const stock = ['--connection', CONNECTION, '--stock-from', stockFrom];
  await abgleich('employees', 'enable', '--all', ...stock);
  for (const { mailbox, withPrivate } of PEOPLE) {
    if (withPrivate) await abgleich('employees', 'enable', mailbox, ...stock, '--with-private');
  }
}

async function runServer(
  fixed: {
    readonly databases: Databases;
    readonly exchange: Exchange;
    readonly env: NodeJS.ProcessEnv;
    readonly log: (text: string) => void;
  },
  cleanUp: CleanUp,
): Promise<Stage> {
  const start = async (): Promise<Child> =>
    await startChild('server/main.js', {
      args: ['serve', '--stop-on-stdin-end'],
      env: fixed.env,
      log: fixed.log,
    });
  const state = { running: await start(), crash: Promise.resolve() };
  cleanUp.add(async () => {
    await state.crash.catch(() => undefined); // whoever asked for it hears of it
    await state.running.stop();
  });
  const crash = async (): Promise<void> => {
    await state.running.kill();
    state.running = await start();
  };
  return {
    databases: fixed.databases,
    exchange: fixed.exchange,
    get server() {
      return SERVER.parse(JSON.parse(state.running.firstLine));
    },
    get isServerAlive() {
      return state.running.isAlive;
    },
    crashServer: async () => await (state.crash = crash()),
  };
}
