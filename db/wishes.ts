import type { Knex } from 'knex';
import type { Instant } from '../mappings/values.js';
import type { LostValue, Settlement, Wish, Write } from '../sync/ports/store.js';
import { imageContext } from './intents.js';
import { jsonText } from './json-text.js';
import { lostValueContext } from './lost-values.js';
import type { Unseal } from './lost-values.js';

/** A wish as `progress` reads it, its values still sealed. */
export interface WishRow {
  readonly id: number;
  readonly linkId: string;
  readonly recordId: string;
  readonly itemId: string;
  readonly key: string;
  readonly isUndo: boolean;
  readonly writes: readonly Write[] | null;
  readonly lost: LostRow | null;
  readonly beside: readonly LostRow[] | null;
}

type LostRow = Omit<LostValue, 'after'> & { readonly after: string | null };

/** A wish with its values as they were; one that cannot be read any more counts as expired, and stops nobody. */
export function wishFromRow(row: WishRow, pairId: string, unseal: Unseal): Wish {
  const { isUndo, writes, lost, beside, ...rest } = row;
  const open = (sealed: string | null, context: string): string | null => {
    try {
      return sealed === null ? null : unseal(sealed, context);
    } catch {
      return null;
    }
  };
  if (isUndo) {
    const opened = (writes ?? []).map((write) => {
      return { ...write, before: open(write.before, imageContext(pairId, write.writeId)) };
    });
    return { ...rest, for: { kind: 'undo', writes: opened } };
  }
  const opened = (kept: LostRow): readonly LostValue[] => {
    const value = open(kept.value, lostValueContext(pairId, kept));
    return value === null ? [] : [{ ...kept, value, after: kept.after ?? '' }];
  };
  const others = (beside ?? []).flatMap(opened);
  // half of what may belong together is not restored
  const isWhole = others.length === (beside ?? []).length;
  const [found = null] = lost === null || !isWhole ? [] : opened(lost);
  const wanted = { lost: found, ...(others.length > 0 && { beside: others }) };
  return { ...rest, for: { kind: 'restore', ...wanted } };
}

/** Remembers what became of wishes. The caller holds the pair's lease row. */
export async function answerWishes(
  db: Knex,
  pairId: string,
  answered: NonNullable<Settlement['answered']>,
  at: Instant,
): Promise<void> {
  if (answered.length > 0) await db.raw(ANSWER, { pairId, at, answered: jsonText(answered) });
}

/** Leaves only ids of these links (rule 20): neither what they were, nor what the journal said about their contents. */
export async function purgeLinks(
  db: Knex,
  pairId: string,
  linkIds: readonly string[],
): Promise<void> {
  if (linkIds.length === 0) return;
  for (const sql of PURGE) await db.raw(sql, { pairId, linkIds: [...linkIds] });
}

/** Text that a statement over `abgleich.progress` selects as its wishes; the oldest ones, for memory's sake. */
export const WISHES_OF_PAIR = `
         (select json_agg(json_build_object('id', wish.id, 'linkId', link_id, 'key', wish.key,
                                            'recordId', coalesce(record_id, ''), 'itemId', coalesce(item_id, ''),
                                            'isUndo', wish.writes is not null,
                                            'writes', (select json_agg(json_build_object(
                                                         'writeId', write_id, 'side', side, 'what', what,
                                                         'fields', fields, 'before', before, 'after', after,
                                                         'form', writes.form) order by writes.id desc)
                                                         from abgleich.writes where writes.id = any(wish.writes)),
                                            'lost', (select json_build_object(
                                                       'linkId', lost.link_id, 'field', field, 'winner', winner,
                                                       'value', value, 'after', after)
                                                       from abgleich.lost_values as lost
                                                      where lost.id = lost_value_id),
                                            'beside', (select json_agg(json_build_object(
                                                         'linkId', other.link_id, 'field', other.field,
                                                         'winner', other.winner, 'value', other.value,
                                                         'after', other.after) order by other.id)
                                                         from abgleich.lost_values as lost
                                                              join abgleich.lost_values as other
                                                                on other.pair_id = lost.pair_id
                                                               and other.link_id = lost.link_id
                                                               and other.winner = lost.winner
                                                               and other.at = lost.at and other.id <> lost.id
                                                        where lost.id = lost_value_id))
                          order by wish.id)
            from (select * from abgleich.wishes
                   where wishes.pair_id = progress.pair_id and answered_at is null
                   order by id limit 500) as wish
                 left join abgleich.links on links.pair_id = wish.pair_id and links.id = wish.link_id)`;

const ANSWER = `
  update abgleich.wishes
     set answered_at = cast(:at as timestamptz), refusal = answered.refusal
    from json_to_recordset(cast(:answered as json)) as answered ("wishId" bigint, refusal text)
   where wishes.id = answered."wishId" and pair_id = :pairId and answered_at is null`;

const PURGE = [
  `update abgleich.writes set before = null
    where pair_id = :pairId and link_id = any(:linkIds) and before is not null`,
  `update abgleich.intents set before = null
    where pair_id = :pairId and link_id = any(:linkIds) and before is not null`,
  `delete from abgleich.lost_values
    where pair_id = :pairId and link_id = any(:linkIds)`,
  `delete from abgleich.field_sources as sources
    using abgleich.links
    where links.pair_id = :pairId and links.id = any(:linkIds) and sources.pair_id = links.pair_id
      and sources.record_id = links.record_id`,
  `update abgleich.journal set losses = null, detail = ''
     from abgleich.links
    where links.pair_id = :pairId and links.id = any(:linkIds) and journal.pair_id = links.pair_id
      and (journal.record_id = links.record_id or journal.item_id = links.item_id)`,
];
