import type pg from 'pg';
import { withClient } from '../demo/sql-client.js';
import { START } from './injected-time.js';

/**
 * Time and chance of a PostgreSQL as a test wants them: functions of the same names, found before the server's own, in every
 * session of the database. What was made before, or brings a search path of its own, is told by `windUp`.
 */
export async function installClockwork(url: string, database: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(CLOCKWORK);
    await client.query(`insert into clockwork.clock values ('${START}')`);
    await client.query(
      `alter database ${database} set search_path = clockwork, pg_catalog, "$user", public`,
    );
  });
}

/** Turns over to the clockwork what has bound itself to the server's own time. */
export async function windUp(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await turnOver(client, DEFAULTS);
    await turnOver(client, FUNCTIONS);
  });
}

/** What the database takes for now. */
export async function setClock(client: pg.Client, at: string): Promise<void> {
  await client.query('update clockwork.clock set at = $1', [at]);
}

async function turnOver(client: pg.Client, statements: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(statements);
  for (const { statement } of rows) await client.query(statement);
}

const CLOCKWORK = `
  create schema clockwork;
  create table clockwork.clock (at timestamptz not null);
  create sequence clockwork.uuids;
  create function clockwork.now() returns timestamptz
    language sql stable as 'select at from clockwork.clock';
  create function clockwork.clock_timestamp() returns timestamptz
    language sql volatile as 'select at from clockwork.clock';
  create function clockwork.gen_random_uuid() returns uuid
    language sql volatile as $$ select md5('uuid ' || nextval('clockwork.uuids'))::uuid $$;`;

const DEFAULTS = `
  select format('alter table %s alter column %I set default %s', d.adrelid::regclass, a.attname,
                regexp_replace(pg_get_expr(d.adbin, d.adrelid),
                               '(pg_catalog\\.)?(now|clock_timestamp|gen_random_uuid)\\(\\)', 'clockwork.\\2()')) as statement
    from pg_attrdef d
    join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_class c on c.oid = d.adrelid
   where c.relnamespace in (to_regnamespace('abgleich'), to_regnamespace('erp')) and a.attgenerated = ''
     and pg_get_expr(d.adbin, d.adrelid) ~ '(now|clock_timestamp|gen_random_uuid)\\(\\)'`;

const FUNCTIONS = `
  select format('alter function %s set search_path = clockwork, pg_catalog, erp, pg_temp', oid::regprocedure) as statement
    from pg_proc
   where pronamespace = to_regnamespace('erp') and proconfig::text like '%search_path%'`;
