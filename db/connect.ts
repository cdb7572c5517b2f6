import knex from 'knex';
import type { Knex } from 'knex';
import pg from 'pg';
import { codeOf, databaseProblem } from './problem.js';

export interface ConnectOptions {
  /** The most connections at once; 10 unless given. Idle ones are closed. */
  readonly poolSize?: number;
  /** Where tables are looked for; without it, as the server's user has it. */
  readonly schema?: string;
  /** A statement that runs longer is ended by the server; 2 minutes unless given, 0 means never. */
  readonly statementTimeoutMs?: number;
  /** Hears of connections that broke while nobody used them. The pool replaces them; this is for the log. */
  readonly onError: (error: Error) => void;
}

export interface Database {
  readonly knex: Knex;
  readonly url: string;
  /** Waits for running statements and closes all connections. */
  destroy(): Promise<void>;
}

/**
 * Opens a pool on a database. Nothing is connected before the first statement.
 *
 * Every session runs in UTC. `int8` arrives as a number (and throws beyond 2^53, where numbers lie), `timestamptz` as
 * a `Date`; `date` and `timestamp` arrive as their text, because a `Date` of them would be a day off in some zones;
 * `numeric` arrives as text. Arrays of these are pg's own.
 */
export function openDatabase(url: string, options: ConnectOptions): Database {
  const handle = knex({
    client: 'pg',
    connection: connectionSettings(url),
    pool: {
      min: 0,
      max: options.poolSize ?? 10,
      idleTimeoutMillis: 30_000,
      afterCreate: (client: pg.Client, done: (error: Error | null, client: pg.Client) => void) => {
        client.on('error', options.onError);
        client.query(sessionSettings(options)).then(
          () => done(null, client),
          (error: unknown) => done(asError(error), client),
        );
      },
    },
    acquireConnectionTimeout: 15_000,
    compileSqlOnError: false, // messages name the statement, never its values
    log: quietLog(options.onError),
  });
  return { knex: handle, url, destroy: async () => await handle.destroy() };
}

export interface ConnectionSettings {
  readonly connectionString: string;
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: boolean;
  readonly types: { readonly getTypeParser: (oid: number) => unknown };
}

/** How every connection of ours is made; for those who need one of their own, as for `LISTEN`. */
export function connectionSettings(url: string): ConnectionSettings {
  return {
    connectionString: url,
    application_name: 'abgleich',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: ourTypes(),
  };
}

/** The same server and user, another database. */
export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${encodeURIComponent(name)}`;
  return address.href;
}

/** Creates an empty database with UTF-8 text and answers its address. Fails when it is there already, or without the right. */
export async function createDatabase(adminUrl: string, name: string): Promise<string> {
  await onServer(adminUrl, async (client) => {
    await client.query(`create database ${quoted(name)} template template0 encoding 'UTF8'`);
  });
  return withDatabase(adminUrl, name);
}

/** Whether the server has a database of this name. */
export async function hasDatabase(adminUrl: string, name: string): Promise<boolean> {
  return await onServer(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    return rowCount === 1;
  });
}

/** Drops a database with everybody who is still connected to it. One that is not there is no failure. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await onServer(adminUrl, async (client) => {
    await client.query(`drop database if exists ${quoted(name)} with (force)`);
  });
}

/** Runs work on one connection of its own. What the server refuses or cannot do becomes a sentence. */
export async function onServer<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connectionSettings(url));
  client.on('error', () => undefined); // the running statement fails too, and that is what we report
  try {
    await client.connect().catch((error: unknown) => {
      throw cannotConnect(url, error);
    });
    return await work(client);
  } catch (error) {
    throw error instanceof pg.DatabaseError && error.code === '42501'
      ? notAllowed(url, error)
      : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of our connections only: pg's own table is shared by everybody in the process. */
function ourTypes(): ConnectionSettings['types'] {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, wholeNumber);
  types.setTypeParser(pg.types.builtins.DATE, asItIs);
  types.setTypeParser(pg.types.builtins.TIMESTAMP, asItIs);
  return { getTypeParser: (oid) => types.getTypeParser(oid, 'text') };
}

/** knex would print to standard output, which belongs to the answers of our commands. */
function quietLog(onError: (error: Error) => void): Knex.Logger {
  const pass = (message: unknown): void => onError(asError(message));
  const drop = (): void => undefined;
  return { error: pass, warn: pass, deprecate: drop, debug: drop };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is too large for a number`);
  return value;
}

function asItIs(text: string): string {
  return text;
}

/** By statement, not by start-up parameter: connection poolers refuse those. */
function sessionSettings({ schema, statementTimeoutMs = 120_000 }: ConnectOptions): string {
  const settings = [
    `set time zone 'UTC'`,
    `set statement_timeout = ${String(statementTimeoutMs)}`,
    `set idle_in_transaction_session_timeout = 60000`, // a stuck worker must not hold its locks for ever
    ...(schema === undefined ? [] : [`set search_path to ${quoted(schema)}`]),
  ];
  return settings.join(';');
}

/** A name as it may stand in a statement. Few characters are allowed, so that none needs care. */
export function quoted(name: string): string {
  if (/^[a-z0-9_]{1,63}$/.test(name)) return `"${name}"`;
  throw databaseProblem('rejected', {
    de: `„${name}“ ist als Name einer Datenbank oder eines Schemas nicht erlaubt; erlaubt sind a–z, 0–9 und _, höchstens 63 Zeichen.`,
    en: `"${name}" is not allowed as the name of a database or schema; a–z, 0–9 and _ are, 63 characters at most.`,
  });
}

function cannotConnect(url: string, error: unknown): Error {
  const { host, pathname } = new URL(url); // never the whole address: it holds the password
  const where = `${host}${pathname}`;
  const why = asError(error).message || (codeOf(error) ?? '');
  if (WRONG_SIGN_IN.has(codeOf(error) ?? '')) {
    return databaseProblem(
      'forbidden',
      {
        de: `Die Datenbank ${where} lässt uns nicht herein (${why}). Prüfen Sie Benutzer und Passwort.`,
        en: `The database ${where} does not let us in (${why}). Check user and password.`,
      },
      error,
    );
  }
  return databaseProblem(
    'unreachable',
    {
      de: `Die Datenbank ${where} ist nicht erreichbar (${why}). Prüfen Sie die Adresse und ob der Server läuft.`,
      en: `The database ${where} cannot be reached (${why}). Check the address and whether the server runs.`,
    },
    error,
  );
}

const WRONG_SIGN_IN: ReadonlySet<string> = new Set(['28P01', '28000']);

function notAllowed(url: string, error: unknown): Error {
  const { username } = new URL(url);
  const why = asError(error).message;
  return databaseProblem(
    'forbidden',
    {
      de: `Der Datenbankbenutzer „${username}“ darf das nicht (${why}). Geben Sie ihm das Recht, oder nennen Sie einen anderen Benutzer.`,
      en: `The database user "${username}" may not do that (${why}). Grant the right, or name another user.`,
    },
    error,
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
