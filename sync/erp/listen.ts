import type { Knex } from 'knex';
import { ConnectorFailure } from '../ports/failure.js';
import { erpFailure } from './failures.js';
import type { Listener } from './listener.js';
import { withListener } from './listener.js';
import { unseenBy } from './position.js';

/**
 * Wakes those whose records changed, until the signal fires; a burst of notifications is one question to the log.
 * The first wake is for everybody, because nobody knows what happened before. Throws `unreachable` when the
 * connection is lost: the caller listens again after a while.
 */
export async function listenToErp(
  db: Knex,
  onWake: (employeeIds: readonly string[] | null) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  try {
    await withListener(db, async (listener) => {
      const bell = bellOf(listener, signal);
      await listener.query('listen abgleich_erp');
      try {
        await wakeAtEveryRing(db, bell, onWake);
      } finally {
        bell.dismantle();
      }
      await listener.query('unlisten abgleich_erp');
    });
  } catch (error) {
    throw erpFailure(error);
  }
}

async function wakeAtEveryRing(
  db: Knex,
  bell: Bell,
  onWake: (employeeIds: readonly string[] | null) => void,
): Promise<void> {
  let snapshot = await snapshotNow(db);
  onWake(null);
  while (await bell.rings()) {
    const touched = await touchedSince(db, snapshot);
    snapshot = touched.snapshot;
    if (touched.everything) onWake(null);
    else if (touched.employees.length > 0) onWake(touched.employees);
  }
}

interface Bell {
  /** True once per burst of notifications, false when the signal has fired; throws when the connection is lost. */
  rings(): Promise<boolean>;
  dismantle(): void;
}

function bellOf(listener: Listener, signal: AbortSignal): Bell {
  let rang = false;
  let isLost = false;
  let wake = (): void => undefined;
  const stops = [
    listener.onNotification(() => {
      rang = true;
      wake();
    }),
    listener.onLost(() => {
      isLost = true;
      wake();
    }),
  ];
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    rings: async () => {
      for (;;) {
        if (signal.aborted) return false;
        if (isLost)
          throw new ConnectorFailure('unreachable', 'The ERP database closed the connection.');
        if (rang) {
          rang = false;
          return true;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    dismantle: () => {
      for (const stop of stops) stop();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

interface Touched {
  readonly snapshot: string;
  readonly employees: readonly string[];
  /** Anybody may be concerned. */
  readonly everything: boolean;
}

async function snapshotNow(db: Knex): Promise<string> {
  const { rows } = await db.raw<{ rows: readonly { readonly snapshot: string }[] }>(
    'select pg_current_snapshot()::text as snapshot',
  );
  return rows[0]?.snapshot ?? '';
}

/** Whose records the log names since a snapshot, by the same rule as changes.ts. */
async function touchedSince(db: Knex, since: string): Promise<Touched> {
  const { rows } = await db.raw<{ rows: readonly Touched[] }>(TOUCHED, { ...unseenBy(since) });
  const [row] = rows;
  if (!row) throw new ConnectorFailure('unreachable', 'The ERP database did not answer.');
  return row;
}

/** A company's new name concerns nobody's calendar at once; staff, rights and code tables do. */
const TOUCHED = `
  with fresh as materialized (
    select kind, employees_before || employees_after as employees from erp.change_log
     where xid >= :notBegun::xid8
    union all
    select kind, employees_before || employees_after from erp.change_log
     where xid = any (:underWay::xid8[])
  )
  select pg_current_snapshot()::text as snapshot,
         array(select distinct unnest(employees) from fresh order by 1) as employees,
         exists (select from fresh
                  where kind in ('everything', 'employee', 'client', 'priority', 'activityType')) as everything`;
