import type { Knex } from 'knex';
import type { Chance, Clock } from '../sync/ports/clock.js';
import type { Pair } from '../sync/ports/pair.js';
import { employees } from './employees.js';
import type { Enabling } from './employees.js';
import { pairs } from './pairs.js';
import { reportingFailures } from './store-failure.js';

/**
 * The pairs that an employee would have if they were enabled so, made by the code that enables them, in a transaction that is
 * rolled back: nothing stays. Fails as enabling does.
 */
export async function draftPairs(
  knex: Knex,
  enabling: Enabling,
  tools: { readonly clock: Clock; readonly chance: Chance },
): Promise<readonly Pair[]> {
  return reportingFailures(async () => {
    const db = await knex.transaction();
    try {
      await employees(db, tools).enable(enabling, 'preview');
      return await pairs(db).list(enabling.employee.id);
    } finally {
      await db.rollback();
    }
  });
}
