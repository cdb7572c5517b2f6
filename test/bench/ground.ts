import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlainDate } from '../../mappings/values.js';
import { openDatabase } from '../../db/connect.js';
import { compiledFile, runScript, startChild } from '../demo/child.js';
import type { CleanUp } from '../demo/clean-up.js';
import { makeDatabases, makeErp } from '../demo/databases.js';
import type { Databases } from '../demo/databases.js';
import { personOf } from '../demo/people.js';
import { sampleAppointments } from '../demo/sample-appointments.js';
import { insertSampleAppointments } from '../demo/sample-erp.js';
import { EXCHANGE, serverEnvironment } from '../demo/stage.js';
import type { Exchange } from '../demo/stage.js';
import { MESSAGE } from './messages.js';
import type { Cost, Message, Order } from './messages.js';

/** Whose appointments are in the ERP, whose are in the mailbox, and who only warms the process up (both). */
export const FROM_ERP = personOf('E01');
export const FROM_MAILBOX = personOf('E03');
export const WARM_UP = personOf('E02');

const WARM_UP_SIZE = 200;

/** Everything of one size: databases, the fake Exchange and the server process, ready to be told what to run. */
export interface Ground {
  readonly databases: Databases;
  readonly exchange: Exchange;
  /** Lets the server process run an order, and answers what it cost. */
  run(order: Order): Promise<Cost>;
}

export async function prepareGround(
  size: number,
  settings: { readonly serverUrl: string | null; readonly mode: 'machine' | 'embedded' | null },
  cleanUp: CleanUp,
): Promise<Ground> {
  const log = (text: string): void => void process.stderr.write(text);
  const folder = await mkdtemp(join(tmpdir(), 'abgleich-bench-'));
  cleanUp.add(async () => await rm(folder, { recursive: true, force: true }));
  const databases = await makeDatabases({ ...settings, log: () => undefined }, cleanUp);
  await fillErp(databases.erp, size);
  const exchange = await startBenchExchange(size, log, cleanUp);
  const env = { ...serverEnvironment(databases, folder), ABGLEICH_LOG: 'error' };
  await enableThem({ env, folder, exchange, signal: cleanUp.signal });
  return { databases, exchange, run: await startServerProcess(env, cleanUp) };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function fillErp(url: string, size: number): Promise<void> {
  const day = parsePlainDate(today());
  await makeErp(url, { today: day, seed: 1, withAppointments: false });
  const database = openDatabase(url, { poolSize: 1, onError: () => undefined });
  try {
    const wanted = { seed: 1, today: day };
    const measured = sampleAppointments(size, FROM_ERP.employeeId, wanted);
    await insertSampleAppointments(database.knex, measured, 'B');
    const warmUp = sampleAppointments(WARM_UP_SIZE, WARM_UP.employeeId, wanted);
    await insertSampleAppointments(database.knex, warmUp, 'W');
    await database.knex.raw('analyze'); // a database in use has statistics
  } finally {
    await database.destroy();
  }
}

async function startBenchExchange(
  size: number,
  log: (text: string) => void,
  cleanUp: CleanUp,
): Promise<Exchange> {
  const child = await startChild('test/bench/exchange.js', {
    args: [`${WARM_UP.mailbox}=${WARM_UP_SIZE}`, `${FROM_MAILBOX.mailbox}=${size}`],
    env: process.env,
    log,
  });
  cleanUp.add(async () => await child.stop());
  return EXCHANGE.parse(JSON.parse(child.firstLine));
}

async function enableThem({
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
  await abgleich(
    ...['connections', 'add', 'Bench', '--url', exchange.url, '--auth', 'basic'],
    ...['--user', service?.address ?? '', '--password-file', passwordFile],
  );
  for (const { mailbox } of [FROM_ERP, FROM_MAILBOX, WARM_UP]) {
    await abgleich('employees', 'enable', mailbox, '--stock-from', '2000-01-01', '--with-private');
  }
}

async function startServerProcess(
  env: NodeJS.ProcessEnv,
  cleanUp: CleanUp,
): Promise<Ground['run']> {
  const child = fork(compiledFile('test/bench/server.js'), {
    env,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  cleanUp.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  const next = messagesOf(child);
  await next();
  return async (order) => {
    child.send(order);
    const message = await next();
    if (message.kind !== 'done') throw new Error('the server process is out of step');
    return message.cost;
  };
}

/** One message after the other; fails when the process reports a failure, or is gone. */
function messagesOf(child: ChildProcess): () => Promise<Message> {
  const exited = once(child, 'exit').then(() => [ENDED]);
  return async () => {
    const [answer]: unknown[] = await Promise.race([once(child, 'message'), exited]);
    const message = MESSAGE.parse(answer);
    if (message.kind === 'failed') throw new Error(message.why);
    return message;
  };
}

const ENDED: Message = { kind: 'failed', why: 'the server process has ended' };
