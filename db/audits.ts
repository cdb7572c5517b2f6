import type { Knex } from 'knex';
import { reportingFailures } from './store-failure.js';

/** When all records and items of a pair were last compared, whatever the feeds said (scenario 22). */
export interface Audits {
  isDue(pairId: string): Promise<boolean>;
  done(pairId: string): Promise<void>;
}

export function audits(knex: Knex): Audits {
  return {
    isDue: (pairId) =>
      reportingFailures(async () => {
        const { rows } = await knex.raw<{ rows: unknown[] }>(IS_DUE, { pairId });
        return rows.length > 0;
      }),

    done: (pairId) =>
      reportingFailures(async () => {
        await knex.raw(DONE, { pairId });
      }),
  };
}

const IS_DUE = `
  select from abgleich.progress where pair_id = :pairId and audited_at < now() - interval '7 days'`;

const DONE = 'update abgleich.progress set audited_at = now() where pair_id = :pairId';
