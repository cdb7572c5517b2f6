import type { Knex } from 'knex';
import type { CheckRow } from '../ports/erp.js';
import { bad, good } from './check-row.js';
import { withListener } from './listener.js';

/**
 * Sends a notification from one connection and waits for it on another. A pooler between us and the server that
 * shares connections swallows it.
 */
export async function checkNotification(db: Knex): Promise<CheckRow> {
  const heard = await withListener(db, async (listener) => {
    const arrived: true[] = [];
    const stop = listener.onNotification(() => {
      arrived.push(true);
    });
    await listener.query('listen abgleich_erp');
    await db.raw("select pg_notify('abgleich_erp', '')");
    for (let turn = 0; turn < TURNS && arrived.length === 0; turn++) {
      await listener.query('select pg_sleep(0.02)');
    }
    await listener.query('unlisten abgleich_erp');
    stop();
    return arrived.length > 0;
  });
  if (heard) return good('notification', { de: 'NOTIFY kommt an', en: 'NOTIFY arrives' });
  return bad(
    'notification',
    { de: 'NOTIFY kommt nicht an.', en: 'NOTIFY does not arrive.' },
    {
      de: 'Ohne Benachrichtigung wird nur im Abfragetakt abgeglichen. Bitte ohne Verbindungs-Pooler (pgbouncer im Modus transaction) direkt mit dem Server verbinden.',
      en: 'Without notification, syncing follows the poll only. Please connect directly to the server, not through a pooler (pgbouncer in transaction mode).',
    },
  );
}

/** Fifty naps of 20 ms on the server: a second is long enough for a notification that ever comes. */
const TURNS = 50;
