import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Epoch, EpochBook, EpochFinding, EpochStore, Suspicion } from '../sync/ports/epoch.js';
import { reportingFailures } from './store-failure.js';

/** The tokens of all stores as we know them, and the stores that showed another one (rule 1). */
export function epochs(knex: Knex): EpochBook {
  const run = (sql: string, bindings: Record<string, string | boolean | null>) =>
    reportingFailures(async () => {
      await knex.raw(sql, bindings);
    });
  return {
    get: (store) =>
      reportingFailures(async () => {
        const { rows } = await knex.raw<{ rows: Epoch[] }>(GET, { store });
        return rows[0] ?? null;
      }),

    adopt: (store, token, { acknowledged, pending, isTrustedAnew }) =>
      run(ADOPT, { store, token, acknowledged, pending, isTrustedAnew }),

    promise: (store, fresh, restMs) =>
      reportingFailures(async () => {
        const bindings = { store, fresh, restMs };
        const { rows } = await knex.raw<{ rows: { pending: string }[] }>(PROMISE, bindings);
        return rows[0]?.pending ?? null;
      }),

    acknowledge: (store, token) => run(ACKNOWLEDGE, { store, token }),

    suspect: ({ connectionId, store, finding, found }) =>
      reportingFailures(async () => {
        const bindings = { connectionId, store, finding, found };
        const { rowCount } = await knex.raw<{ rowCount: number }>(SUSPECT, bindings);
        return rowCount > 0;
      }),

    withdraw: (store) => run(WITHDRAW, { store }),

    suspicions: (connectionId) =>
      reportingFailures(async () => {
        const { rows } = await knex.raw<{ rows: SuspicionRow[] }>(SUSPICIONS, { connectionId });
        return rows.map((row) => ({ ...row, since: instantOf(row.since.getTime()) }));
      }),
  };
}

interface SuspicionRow extends Omit<Suspicion, 'since' | 'finding' | 'store'> {
  readonly store: EpochStore;
  readonly finding: EpochFinding;
  readonly since: Date;
}

const GET = `
  select acknowledged, pending, is_trusted_anew as "isTrustedAnew"
    from abgleich.epochs
   where store = :store`;

/** At once renewable: whoever else wrote the token shall see that it is not the last one any more. */
const ADOPT = `
  update abgleich.epochs
     set acknowledged = :token, pending = null, is_trusted_anew = false, changed_at = '-infinity'
   where store = :store and acknowledged = :acknowledged and is_trusted_anew = :isTrustedAnew
     and pending is not distinct from cast(:pending as text)`;

/** Two that promise at once promise the same, because the second one waits for the row and finds it pending. */
const PROMISE = `
  insert into abgleich.epochs as known (store, acknowledged, pending)
  values (:store, '', :fresh)
      on conflict (store) do update
     set pending = coalesce(known.pending, excluded.pending), changed_at = now()
   where known.pending is not null
      or known.changed_at < now() - cast(:restMs as double precision) * interval '1 millisecond'
  returning pending`;

const ACKNOWLEDGE = `
  update abgleich.epochs
     set acknowledged = pending, pending = null, changed_at = now()
   where store = :store and pending = :token`;

/** A token of somebody else stays in evidence, whatever the store shows later. */
const SUSPECT = `
  insert into abgleich.suspicions as known (connection_id, store, finding, found)
  select id, cast(:store as text), cast(:finding as text), cast(:found as text)
    from abgleich.connections
   where id = cast(:connectionId as text) or cast(:store as text) = 'erp'
      on conflict (connection_id, store) do update
     set finding = excluded.finding, found = excluded.found
   where known.finding = 'missing'`;

const WITHDRAW = `
  delete from abgleich.suspicions
   where store = :store and finding = 'missing'`;

const SUSPICIONS = `
  select connection_id as "connectionId", store, finding, found, since
    from abgleich.suspicions
   where connection_id = coalesce(cast(:connectionId as text), connection_id)
   order by since, connection_id, store`;
