import type { Knex } from 'knex';
import type { ErpClaimant, ErpHolder } from '../ports/erp.js';
import { heldByAnother, isHeldBy } from './holding.js';

/**
 * Claims the ERP for one installation (feature A10). Its own claim it may repeat; another installation's never runs
 * out, because a test copy of everything would otherwise take over whenever the real one is down for a night. A copy of
 * our own database has our id and another home, and is another installation.
 * Throws `forbidden`, naming the holder.
 */
export async function claimErp(db: Knex, claimant: ErpClaimant): Promise<void> {
  await db.raw(CLAIM, { ...claimant });
  const { rows } = await db.raw<{ rows: readonly HolderRow[] }>(READ);
  const [holder] = rows;
  if (holder === undefined || !isHeldBy(claimant, holder)) {
    throw heldByAnother(holder?.name ?? '', holder?.installation_id === claimant.id);
  }
}

/** Takes the ERP from whoever has it; answers with the former holder, null where nobody had it. */
export async function takeOverErp(db: Knex, claimant: ErpClaimant): Promise<ErpHolder | null> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: readonly HolderRow[] }>(`${READ} for update`);
    await trx.raw(TAKE_OVER, { ...claimant });
    const [holder] = rows;
    if (holder === undefined) return null;
    return { id: holder.installation_id, name: holder.name, home: holder.home };
  });
}

interface HolderRow {
  readonly installation_id: string;
  readonly name: string;
  readonly home: string | null;
}

const READ = 'select installation_id, name, home from erp.holder';

const CLAIM = `
  insert into erp.holder as h (installation_id, name, since, seen_at, home)
  values (:id, :name, clock_timestamp(), clock_timestamp(), :home)
  on conflict (one) do update
     set name = excluded.name, seen_at = excluded.seen_at, home = coalesce(excluded.home, h.home)
   where h.installation_id = excluded.installation_id
     and (h.home is null or excluded.home is null or h.home = excluded.home)`;

const TAKE_OVER = `
  insert into erp.holder as h (installation_id, name, since, seen_at, home)
  values (:id, :name, clock_timestamp(), clock_timestamp(), :home)
  on conflict (one) do update
     set installation_id = excluded.installation_id, name = excluded.name, since = excluded.since,
         seen_at = excluded.seen_at, home = excluded.home`;
