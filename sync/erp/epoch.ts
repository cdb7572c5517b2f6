import type { Knex } from 'knex';
import type { ErpEpoch } from '../ports/epoch.js';
import { erpFailure } from './failures.js';

/** The token in the row of the change log's state: a restored database brings its old one. */
export function epochOfErp(db: Knex): ErpEpoch {
  return {
    read: (signal) =>
      translated(signal, async () => {
        const { rows } = await db.raw<{ rows: readonly { token: string }[] }>(READ);
        return rows[0]?.token ?? '';
      }),
    write: (token, signal) =>
      translated(signal, async () => {
        await db.raw(WRITE, { token });
      }),
    fences: (signal) =>
      translated(signal, async () => {
        const { rows } = await db.raw<{ rows: readonly { pairId: string; fence: string }[] }>(
          'select pair_id as "pairId", fence::text as fence from erp.fences',
        );
        return rows.map(({ pairId, fence }) => ({ pairId, fence: Number(fence) }));
      }),
  };
}

const READ = `select coalesce(epoch_acknowledged, '') as token from erp.change_log_state`;

const WRITE = `
  update erp.change_log_state set epoch_acknowledged = :token, epoch_pending = null
   where epoch_acknowledged is distinct from :token`;

async function translated<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    throw erpFailure(error);
  }
}
