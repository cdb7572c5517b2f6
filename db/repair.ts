import type { Knex } from 'knex';
import type { Suspicion } from '../sync/ports/epoch.js';
import { writeAudit } from './audit.js';
import { reportingFailures } from './store-failure.js';
import { startOver } from './start-over.js';
import { wake } from './wake.js';

/** What an administrator confirms. */
export interface Confirming {
  /** What he was shown; a suspicion that came since is not confirmed with it. */
  readonly suspicions: readonly Suspicion[];
  /** The highest fencing number that the ERP has seen of each pair. */
  readonly fences: readonly { readonly pairId: string; readonly fence: number }[];
  /** Makes anew what is missing in the mailboxes, because they come from a backup; always so for an empty one. */
  readonly makesAnew: boolean;
}

/** What became of it: the pairs that are paired anew by their next cycle. */
export interface Confirmed {
  readonly connectionId: string;
  readonly pairs: number;
}

/**
 * Ends the repair mode of one connection (rule 1): positions are void, bases unknown, what was promised before is
 * forgotten, and every store's token is taken as it shows. The next cycles read both sides from the beginning: what is
 * equal is connected again, and what differs or is gone waits for an administrator. One transaction, with an audit row.
 */
export async function confirmRepair(
  knex: Knex,
  connectionId: string,
  { suspicions, fences, makesAnew }: Confirming,
  who: string,
): Promise<Confirmed> {
  const ofConnection = suspicions.filter((one) => one.connectionId === connectionId);
  const isWhole = ofConnection.some(
    ({ store, finding }) => store === 'erp' || finding !== 'missing',
  );
  const emptied = ofConnection.filter(({ finding }) => finding === 'missing').map(employeeOf);
  return reportingFailures(() =>
    knex.transaction(async (db) => {
      const employees = isWhole ? await employeesOf(db, connectionId) : emptied;
      const pairIds = await db('abgleich.pairs')
        .whereIn('employee_id', employees)
        .orderBy('id')
        .pluck<string[]>('id');
      // before anything else, as every commit does; a cycle under way loses its lease
      await db.raw(RAISE_FENCES, { pairIds, fences: JSON.stringify(fences) });
      for (const id of pairIds) await startOver(db, { id }, { isOtherMailbox: false });
      await db.raw(FORGET_BASES, { pairIds, refilled: makesAnew ? employees : emptied });
      await db.raw(FORGET_PROMISES, { pairIds });
      const stores = employees.map((id) => `mailbox:${id}`);
      const isErp = ofConnection.some(({ store }) => store === 'erp');
      await db.raw(TRUST, { stores: isErp ? ['erp', ...stores] : stores });
      await db.raw(FORGET_SUSPICIONS, {
        connectionId,
        stores: ofConnection.map(({ store }) => store),
      });
      const after = { stores: ofConnection.map(({ store, finding }) => ({ store, finding })) };
      const entry = { who, subject: `connection:${connectionId}`, change: 'repairConfirmed' };
      await writeAudit(db, {
        ...entry,
        before: null,
        after: { ...after, makesAnew, pairs: pairIds.length },
      });
      await wake(db, { pairIds });
      return { connectionId, pairs: pairIds.length };
    }),
  );
}

function employeeOf({ store }: Suspicion): string {
  return store.slice('mailbox:'.length);
}

async function employeesOf(db: Knex, connectionId: string): Promise<readonly string[]> {
  return db('abgleich.employees').where({ connection_id: connectionId }).pluck<string[]>('id');
}

/** A database from last week counts its leases from last week on; the ERP takes no write below what it has seen. */
const RAISE_FENCES = `
  with locked as (
         select pair_id from abgleich.leases where pair_id = any(:pairIds) order by pair_id for update
       ), seen as (
         select "pairId" as pair_id, fence
           from json_to_recordset(cast(:fences as json)) as seen ("pairId" text, fence integer)
       )
  update abgleich.leases
     set fence = greatest(leases.fence, coalesce((select fence from seen where seen.pair_id = leases.pair_id), 0)) + 1
   where pair_id in (select pair_id from locked)`;

/** Which of the two sides has moved cannot be told any more: as after a change of the form (rule 7). */
const FORGET_BASES = `
  update abgleich.links
     set form = case when employee_id = any(:refilled) then 'makeAnew' else '' end,
         base_erp = '{}', base_exchange = null, record_version = '', item_version = ''
    from abgleich.pairs
   where pairs.id = links.pair_id and pair_id = any(:pairIds) and live`;

/** Creates are looked for by their keys; what else was promised says nothing about stores that went back since. */
const FORGET_PROMISES = `
  delete from abgleich.intents
   where pair_id = any(:pairIds) and what <> 'create'`;

const TRUST = `
  insert into abgleich.epochs as known (store, acknowledged, is_trusted_anew)
  select store, '', true
    from unnest(cast(:stores as text[])) as store
      on conflict (store) do update
     set is_trusted_anew = true`;

const FORGET_SUSPICIONS = `
  delete from abgleich.suspicions
   where connection_id = :connectionId and store = any(:stores)`;
