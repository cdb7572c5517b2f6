import type { Knex } from 'knex';

/**
 * Lets pairs read both sides from the beginning: what they leave out, and where they look, is
 * decided when a change is read, and what was left out before is not read again by itself. Links stay, so nothing is
 * made twice. A cycle under way loses its lease: it would put back the watermarks that it began with.
 */
export async function startOver(
  db: Knex,
  theirs: { readonly employee_id: string } | { readonly id: string } | readonly string[],
  { isOtherMailbox }: { readonly isOtherMailbox: boolean },
): Promise<void> {
  const ids = 'length' in theirs ? [...theirs] : await idsOf(db, theirs);
  await db.raw(START_OVER, { ids });
  if (isOtherMailbox) await db('abgleich.pairs').whereIn('id', ids).update({ folders: [] });
}

async function idsOf(db: Knex, theirs: object): Promise<string[]> {
  return db('abgleich.pairs').where(theirs).pluck<string[]>('id');
}

/** The lease first, as every commit does: so the two never wait for each other crosswise. */
const START_OVER = `
  with theirs as (
         update abgleich.leases
            set fence = fence + 1, holder = null, expires_at = null, due_at = now()
          where pair_id = any(cast(:ids as text[]))
         returning pair_id
       )
  update abgleich.progress
     set erp_position = null, cursors = '{}'
   where pair_id in (select pair_id from theirs)`;
