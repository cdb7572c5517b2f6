import type { Knex } from 'knex';
import type { Mailbox } from '../sync/ports/exchange.js';
import { mailboxFromRow } from './mailbox.js';
import { reportingFailures } from './store-failure.js';

/** A pair whose mailbox is listened to. */
export interface ListenedPair {
  readonly pairId: string;
  readonly mailbox: Mailbox;
  /** Never empty. */
  readonly folders: readonly string[];
}

/** A connection with pairs that are synced. */
export interface ListenedConnection {
  readonly id: string;
  readonly name: string;
}

export interface Listeners {
  /** The EWS connections that are switched on, by id. */
  connections(): Promise<readonly ListenedConnection[]>;
  /** The pairs of a connection that are not switched off and have found their folders, by id. */
  pairsOf(connectionId: string): Promise<readonly ListenedPair[]>;
  /**
   * True where this worker listens to the connection for the next 15 s: it did already, or nobody does, or the one who did has not said
   * so for too long. By PostgreSQL's clock.
   */
  hold(connectionId: string): Promise<boolean>;
  /** Lets another worker listen at once. */
  release(connectionId: string): Promise<void>;
}

/** Who listens to which connection, among all workers. `holder` names this one. */
export function listeners(db: Knex, { holder }: { readonly holder: string }): Listeners {
  return {
    connections: () =>
      reportingFailures(async () => {
        const { rows } = await db.raw<{ rows: ListenedConnection[] }>(CONNECTIONS);
        return rows;
      }),

    pairsOf: (connectionId) =>
      reportingFailures(async () => {
        const { rows } = await db.raw<{ rows: PairRow[] }>(PAIRS, { connectionId });
        return rows.map(({ mailbox, namedBy, ...row }) => ({
          ...row,
          mailbox: mailboxFromRow(mailbox, namedBy),
        }));
      }),

    hold: (connectionId) =>
      reportingFailures(async () => {
        const { rows } = await db.raw<{ rows: unknown[] }>(HOLD, { connectionId, holder });
        return rows.length === 1;
      }),

    release: (connectionId) =>
      reportingFailures(async () => {
        await db('abgleich.listeners').where({ connection_id: connectionId, holder }).delete();
      }),
  };
}

interface PairRow {
  readonly pairId: string;
  readonly mailbox: string;
  readonly namedBy: 'upn' | null;
  readonly folders: readonly string[];
}

const CONNECTIONS = `
  select connections.id, connections.name
    from abgleich.connections
         cross join abgleich.installation
   where is_enabled and is_syncing and protocol = 'ews'
   order by connections.id`;

/** What is switched off is the same as for claiming (leases.ts). */
const PAIRS = `
  select pairs.id as "pairId", mailbox, employees.options ->> 'namedBy' as "namedBy", folders
    from abgleich.pairs
         join abgleich.employees on employees.id = pairs.employee_id
         left join abgleich.directions on directions.connection_id = employees.connection_id
                                      and directions.kind = pairs.kind
   where employees.connection_id = :connectionId
     and employees.is_enabled and status <> 'left'
     and coalesce(pairs.direction, directions.direction, 'both') <> 'off'
     and cardinality(folders) > 0
   order by pairs.id`;

const HOLD = `
  insert into abgleich.listeners as current (connection_id, holder, expires_at)
  values (:connectionId, :holder, now() + interval '15 seconds')
  on conflict (connection_id) do update
     set holder = excluded.holder, expires_at = excluded.expires_at
   where current.holder = excluded.holder or current.expires_at < now()
  returning connection_id`;
