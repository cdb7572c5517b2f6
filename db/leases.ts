import type { Knex } from 'knex';
import type { Sentence } from '../sync/ports/failure.js';
import type { Lease } from '../sync/ports/store.js';
import { reportingFailures } from './store-failure.js';
import { announceWake } from './wake.js';

/** A lease with what the scheduler must know beside it. */
export interface Claim extends Lease {
  /** How many cycles in a row failed before this one; for backing off. */
  readonly failures: number;
}

/** How a cycle ended. */
export interface Release {
  /** When the pair wants to run again, in milliseconds from now; null = only when it is woken. A wake beats both. */
  readonly dueInMs: number | null;
  /** Why the cycle failed; null = it did not. */
  readonly trouble: Sentence | null;
}

export interface Leases {
  /** Takes one pair, due or not; null where another worker has it, or where there is no such pair. */
  acquire(pairId: string): Promise<Claim | null>;
  /**
   * Takes up to `limit` pairs that are due, the longest waiting ones first. Left out is whatever is switched off:
   * everything, the connection, the employee (also one who has left, or has no client where the ERP has clients), or the
   * pair's kind.
   */
  claimDue(limit: number): Promise<readonly Claim[]>;
  /** Makes them last 10 s from now; answers those that are still ours. */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]>;
  /** Gives the pair back. One that was taken over meanwhile stays as it is, and false is the answer. */
  release(lease: Lease, how: Release): Promise<boolean>;
}

/**
 * One holder per pair across all workers. Every time is PostgreSQL's: the clocks of the workers do not matter, and
 * the lease of a worker that died runs out after 10 s. `holder` names this worker in the table.
 */
export function leases(db: Knex, { holder }: { readonly holder: string }): Leases {
  const claims = async (sql: string, bindings: Record<string, string | number>) => {
    const { rows } = await reportingFailures(() => db.raw<{ rows: Claim[] }>(sql, bindings));
    return rows;
  };
  return {
    acquire: async (pairId) => (await claims(ACQUIRE, { pairId, holder }))[0] ?? null,

    claimDue: (limit) => claims(CLAIM_DUE, { holder, limit }),

    async renew(held) {
      if (held.length === 0) return [];
      const rows = JSON.stringify(held.map(({ pairId, fence }) => ({ pairId, fence })));
      return claims(RENEW, { holder, rows });
    },

    async release({ pairId, fence }, { dueInMs, trouble }) {
      const bindings = { pairId, fence, dueInMs, trouble: JSON.stringify(trouble) };
      const { rows } = await reportingFailures(() =>
        db.raw<{ rows: { isDueNow: boolean }[] }>(RELEASE, bindings),
      );
      if (rows[0]?.isDueNow === true) await reportingFailures(() => announceWake(db));
      return rows.length === 1;
    },
  };
}

const ACQUIRE = `
  update abgleich.leases
     set holder = :holder, fence = fence + 1, expires_at = now() + interval '10 seconds', is_woken = false
   where pair_id = :pairId and (holder is null or expires_at < now())
  returning pair_id as "pairId", fence, failures`;

/** `skip locked` lets workers step around each other instead of queueing up behind the same row. */
const CLAIM_DUE = `
  update abgleich.leases
     set holder = :holder, fence = fence + 1, expires_at = now() + interval '10 seconds', is_woken = false
   where pair_id = any(array(
           select leases.pair_id
             from abgleich.leases
                  join abgleich.pairs on pairs.id = leases.pair_id
                  join abgleich.employees on employees.id = pairs.employee_id
                  join abgleich.connections on connections.id = employees.connection_id
                  left join abgleich.directions on directions.connection_id = connections.id
                                               and directions.kind = pairs.kind
                  cross join abgleich.installation
            where due_at <= now() and (holder is null or expires_at < now())
              and is_syncing and connections.is_enabled and employees.is_enabled and status <> 'left'
              and (client_id is not null or installation.options -> 'erpHasClients' is distinct from 'true')
              and coalesce(pairs.direction, directions.direction, 'both') <> 'off'
            order by due_at
            limit :limit
              for update of leases skip locked))
  returning pair_id as "pairId", fence, failures`;

/** Locked in the order of their ids, as `wake` does: so the two never wait for each other. */
const RENEW = `
  update abgleich.leases
     set expires_at = now() + interval '10 seconds'
   where pair_id = any(array(
           select pair_id
             from abgleich.leases
                  join json_to_recordset(cast(:rows as json)) as ours ("pairId" text, fence integer)
                    on ours."pairId" = leases.pair_id and ours.fence = leases.fence
            where holder = :holder
            order by pair_id
              for update of leases))
  returning pair_id as "pairId", fence, failures`;

const RELEASE = `
  update abgleich.leases
     set holder = null, expires_at = null, last_run_at = now(), is_woken = false,
         due_at = case when is_woken then now() else now() + cast(:dueInMs as integer) * interval '1 millisecond' end,
         trouble = nullif(cast(:trouble as jsonb), 'null'),
         failures = case when cast(:trouble as jsonb) = 'null' then 0 else failures + 1 end
   where pair_id = :pairId and fence = :fence
  returning due_at <= now() as "isDueNow"`;
