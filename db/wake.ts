import type { Knex } from 'knex';
import pg from 'pg';
import { connectionSettings } from './connect.js';
import { reportingFailures } from './store-failure.js';

/** Whose pairs shall run now. */
export type Woken =
  | { readonly pairIds: readonly string[] }
  | { readonly employeeIds: readonly string[] }
  | { readonly connectionId: string }
  | 'everybody';

/**
 * Makes pairs due now and tells the other workers. A pair in the middle of a cycle gets one more after it, however
 * often it is woken meanwhile. What is switched off stays off (`claimDue`). Cheap for what is due already.
 */
export async function wake(db: Knex, woken: Woken): Promise<void> {
  await reportingFailures(async () => {
    const { rowCount } = await db.raw<{ rowCount: number }>(...statementFor(woken));
    if (rowCount > 0) await announceWake(db);
  });
}

/** Calls the other workers, who look for due pairs. Inside a transaction it is heard when that commits. */
export async function announceWake(db: Knex): Promise<void> {
  await db.raw(`notify ${CHANNEL}`);
}

/**
 * Calls back whenever any worker has woken a pair, until the signal fires. Rejects as `unreachable` when the
 * connection breaks: listen again, and until then rely on polls.
 */
export async function listenForWakes(
  url: string,
  onWake: () => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client(connectionSettings(url));
  client.on('notification', onWake);
  try {
    await reportingFailures(async () => {
      const ended = endOf(client, signal);
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      onWake(); // what was announced before we heard
      await ended;
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

const CHANNEL = 'abgleich_wake';

function endOf(client: pg.Client, signal: AbortSignal): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('Connection terminated')));
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  ended.catch(() => undefined); // it may break before anybody waits for it; whoever waits later still hears
  return ended;
}

function statementFor(woken: Woken): [sql: string, bindings: Record<string, string | string[]>] {
  if (woken === 'everybody') return [WAKE_EVERYBODY, {}];
  if ('pairIds' in woken) return [WAKE_PAIRS, { ids: [...woken.pairIds] }];
  if ('employeeIds' in woken) return [WAKE_EMPLOYEES, { ids: [...woken.employeeIds] }];
  return [WAKE_CONNECTION, { id: woken.connectionId }];
}

// Rows are locked in the order of their ids, as `renew` does: so the two never wait for each other.

const WAKE_EVERYBODY = `
  update abgleich.leases
     set due_at = least(due_at, now()), is_woken = holder is not null
   where pair_id = any(array(
           select pair_id
             from abgleich.leases
            where due_at is null or due_at > now() or (holder is not null and not is_woken)
            order by pair_id
              for update))`;

const WAKE_PAIRS = `
  update abgleich.leases
     set due_at = least(due_at, now()), is_woken = holder is not null
   where pair_id = any(array(
           select pair_id
             from abgleich.leases
            where pair_id = any(:ids)
              and (due_at is null or due_at > now() or (holder is not null and not is_woken))
            order by pair_id
              for update))`;

const WAKE_EMPLOYEES = `
  update abgleich.leases
     set due_at = least(due_at, now()), is_woken = holder is not null
   where pair_id = any(array(
           select pair_id
             from abgleich.leases join abgleich.pairs on pairs.id = leases.pair_id
            where pairs.employee_id = any(:ids)
              and (due_at is null or due_at > now() or (holder is not null and not is_woken))
            order by pair_id
              for update of leases))`;

const WAKE_CONNECTION = `
  update abgleich.leases
     set due_at = least(due_at, now()), is_woken = holder is not null
   where pair_id = any(array(
           select pair_id
             from abgleich.leases
                  join abgleich.pairs on pairs.id = leases.pair_id
                  join abgleich.employees on employees.id = pairs.employee_id
            where employees.connection_id = :id
              and (due_at is null or due_at > now() or (holder is not null and not is_woken))
            order by pair_id
              for update of leases))`;
