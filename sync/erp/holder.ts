import type { Knex } from 'knex';
import { heldByAnother } from './write-batch.js';

/**
 * Claims the ERP for one installation (feature A10). Its own claim it may repeat; another installation's never runs
 * out, because a test copy of everything would otherwise take over whenever the real one is down for a night.
 * Throws `forbidden`, naming the holder.
 */
export async function claimErp(
  db: Knex,
  installation: { readonly id: string; readonly name: string },
): Promise<void> {
  await db.raw(CLAIM, { ...installation });
  const { rows } = await db.raw<{ rows: readonly HolderRow[] }>(
    'select installation_id, name from erp.holder',
  );
  const [holder] = rows;
  if (holder?.installation_id !== installation.id) throw heldByAnother(holder?.name ?? '');
}

interface HolderRow {
  readonly installation_id: string;
  readonly name: string;
}

const CLAIM = `
  insert into erp.holder as h (installation_id, name, since, seen_at)
  values (:id, :name, clock_timestamp(), clock_timestamp())
  on conflict (one) do update set name = excluded.name, seen_at = excluded.seen_at
   where h.installation_id = excluded.installation_id`;
