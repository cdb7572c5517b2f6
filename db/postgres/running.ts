import { realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { codeOf } from '../problem.js';
import { SUPERUSER, clusterPassword } from './cluster.js';
import type { Home } from './home.js';
import { readPostmaster } from './postmaster.js';

const LOOK_AGAIN_MS = 100;
const LONGEST_WAIT_LOOKS = 3_000; // five minutes: after a power cut a start can take long

/** The address of a home's server on this port. The password is part of it: other users of the machine stay out. */
export async function addressOf(home: Home, port: number): Promise<string> {
  const password = await clusterPassword(home.cluster);
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/postgres?sslmode=disable`;
}

/**
 * The address of the server that already uses this home, or null when none does. It must know the password and name
 * our data folder; a lock file alone proves nothing. One that is just starting or stopping is waited for.
 */
export async function findRunning(home: Home): Promise<string | null> {
  for (let look = 0; look < LONGEST_WAIT_LOOKS; look++) {
    const port = (await readPostmaster(home.cluster))?.port ?? null;
    if (port === null) return null;
    const url = await addressOf(home, port);
    const answer = await ask(url);
    if (answer === 'nobody') return null;
    if (answer !== 'notNow') return (await isSameFolder(answer.folder, home.cluster)) ? url : null;
    await pause(LOOK_AGAIN_MS);
  }
  return null;
}

const NOT_NOW: ReadonlySet<string> = new Set([
  '57P03', // cannot_connect_now: starting up or shutting down
  '53300', // too_many_connections
]);

type Answer = { readonly folder: string } | 'notNow' | 'nobody';

async function ask(url: string): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the server may end under us; the next look tells
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return { folder: rows[0]?.data_directory ?? '' };
  } catch (error) {
    return NOT_NOW.has(codeOf(error) ?? '') ? 'notNow' : 'nobody';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  const paths = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return paths[0] === paths[1];
}
