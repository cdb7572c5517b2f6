import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { Sentence } from '../sync/ports/failure.js';
import type { KindName } from '../sync/ports/store.js';
import { reportingFailures } from './store-failure.js';

/** How a pair is getting on, for people. */
export interface PairState {
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  /** null = it never ran. */
  readonly lastRunAt: Instant | null;
  /** Why its last cycle failed; null = it did not. */
  readonly trouble: Sentence | null;
  readonly links: number;
  /** Records and items set aside. */
  readonly parked: number;
  /** Destructive actions that wait for an administrator. */
  readonly held: number;
}

/** The state of all pairs, by employee and kind. */
export async function readPairStates(knex: Knex): Promise<readonly PairState[]> {
  const { rows } = await reportingFailures(() => knex.raw<{ rows: StateRow[] }>(PAIR_STATES));
  return rows.map(({ lastRunAt, ...row }) => ({
    ...row,
    lastRunAt: lastRunAt === null ? null : instantOf(lastRunAt.getTime()),
  }));
}

type StateRow = Omit<PairState, 'lastRunAt'> & { readonly lastRunAt: Date | null };

const PAIR_STATES = `
  select pairs.id as "pairId", employee_id as "employeeId", kind, last_run_at as "lastRunAt", trouble,
         coalesce(live_links, 0) as links,
         (select count(*) from abgleich.parked where parked.pair_id = pairs.id and parked.kind <> 'later') as parked,
         (select count(*) from abgleich.held where held.pair_id = pairs.id) as held
    from abgleich.pairs
         left join abgleich.leases on leases.pair_id = pairs.id
         left join abgleich.progress on progress.pair_id = pairs.id
   order by employee_id, kind`;
