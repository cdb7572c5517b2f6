import type { Knex } from 'knex';
import { codeOf } from './problem.js';

/**
 * Which database this is, as no copy of it is: the cluster's identifier and the number of the database in it. A restore into
 * another cluster or another database has another one; a standby that took over has the same.
 * null where the server keeps its control file to itself, as some hosted ones do.
 */
export async function databaseIdentity(knex: Knex): Promise<string | null> {
  try {
    const { rows } = await knex.raw<{ rows: { identity: string }[] }>(IDENTITY);
    return rows[0]?.identity ?? null;
  } catch (error) {
    if (codeOf(error) === INSUFFICIENT_PRIVILEGE) return null;
    throw error;
  }
}

const IDENTITY = `
  select system_identifier || '/' || (select oid from pg_catalog.pg_database where datname = current_database()) as identity
    from pg_catalog.pg_control_system()`;

const INSUFFICIENT_PRIVILEGE = '42501';
