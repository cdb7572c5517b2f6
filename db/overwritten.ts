import type { Knex } from 'knex';
import type { LostValue, Settlement, Side } from '../sync/ports/store.js';
import { imageContext } from './intents.js';
import type { Unseal } from './lost-values.js';

/**
 * What interrupted writes have overwritten, from the images of before them. To be asked while their intents are there; those
 * that are not closed with this settlement, or of which only ids may be remembered, say nothing.
 */
export async function overwrittenValues(
  db: Knex,
  pairId: string,
  { overwritten = [], closedIntents, purged = [] }: Settlement,
  unseal: Unseal,
): Promise<readonly LostValue[]> {
  const closed = new Set(closedIntents);
  const ids = [...new Set(overwritten.map(({ intentId }) => intentId))].filter((id) =>
    closed.has(id),
  );
  if (ids.length === 0) return [];
  const rows = await db<ImageRow>('abgleich.intents')
    .select('id', 'link_id', 'side', 'before')
    .where({ pair_id: pairId })
    .whereIn('id', ids)
    .whereNotNull('before')
    .whereNotIn('link_id', [...purged]);
  return rows.flatMap(({ id, link_id: linkId, side, before }) => {
    const values = JSON.parse(unseal(before, imageContext(pairId, id))) as Record<string, unknown>;
    const winner: Side = side === 'erp' ? 'exchange' : 'erp';
    return overwritten
      .filter(({ intentId }) => intentId === id)
      .map(({ field, after }) => {
        const value = JSON.stringify(values[rootOf(field)] ?? null);
        return { linkId, field, winner, value, ...(after !== undefined && { after }) };
      });
  });
}

interface ImageRow {
  readonly pair_id: string;
  readonly id: string;
  readonly link_id: string;
  readonly side: Side;
  readonly before: string;
}

/** Images hold whole fields. */
function rootOf(path: string): string {
  return path.split('/')[0] ?? path;
}
