import type { Knex } from 'knex';
import { instantOf, millisecondsOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { LostValue } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

/** Makes a text unreadable for whoever has only the database; `context` names the place it is kept in. */
export type Seal = (plaintext: string, context: string) => string;
/** The reverse, for that place only. */
export type Unseal = (sealed: string, context: string) => string;

/** Where a lost value is kept, as the sealing knows it. */
export function lostValueContext(
  pairId: string,
  { linkId, field }: Pick<LostValue, 'linkId' | 'field'>,
): string {
  return `lost:${pairId}:${linkId}:${field}`;
}

const KEPT_FOR_DAYS = 30;

/** Keeps the losing values of conflicts, sealed, for 30 days (design: base). */
export async function keepLostValues(
  db: Knex,
  seal: Seal,
  kept: { readonly pairId: string; readonly values: readonly LostValue[]; readonly at: Instant },
): Promise<void> {
  if (kept.values.length === 0) return;
  const { pairId, at } = kept;
  const rows = kept.values.map((lost) => ({
    link_id: lost.linkId,
    field: lost.field,
    winner: lost.winner,
    value: seal(lost.value, lostValueContext(pairId, lost)),
    after: lost.after ?? null,
  }));
  const expiresAt = instantOf(millisecondsOf(at) + KEPT_FOR_DAYS * 86_400_000);
  await db.raw(KEEP, { pairId, at, expiresAt, rows: jsonText(rows) });
}

const KEEP = `
  insert into abgleich.lost_values (at, expires_at, pair_id, link_id, field, winner, value, after)
  select cast(:at as timestamptz), cast(:expiresAt as timestamptz), :pairId, link_id, field, winner, value, after
    from json_to_recordset(cast(:rows as json)) as lost (
           link_id text, field text, winner text, value text, after text)`;
