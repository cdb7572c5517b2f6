import type { Knex } from 'knex';
import type { Base, Bases, Link, LinkEnd, LinkNames, Unrest } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

export interface LinkTable {
  /** Alive and ended links of a pair that any of the ids names. */
  find(pairId: string, by: LinkSearch): Promise<readonly Link[]>;
  /** Which of these no link of the pair names, alive or ended. */
  unlinked(pairId: string, names: LinkNames): Promise<Required<LinkNames>>;
  /** Inserts or replaces by id, and keeps the pair's number of live links. The caller holds the pair's lease row. */
  save(pairId: string, links: readonly Link[]): Promise<string>;
}

export interface LinkSearch {
  readonly recordIds?: readonly string[];
  readonly itemIds?: readonly string[];
  readonly keys?: readonly string[];
  readonly linkIds?: readonly string[];
  readonly uids?: readonly string[];
  readonly page?: { readonly afterLinkId: string | null; readonly limit: number };
}

/** The links of all pairs, on one handle: a pool, or a transaction. */
export function linkTable(db: Knex): LinkTable {
  const select = async (sql: string, bindings: Record<string, string | number | string[]>) => {
    const { rows } = await db.raw<{ rows: LinkRow[] }>(sql, bindings);
    return rows.map(linkFromRow);
  };
  const named = async (sql: string, pairId: string, ids: readonly string[] = []) =>
    ids.length === 0 ? [] : select(sql, { pairId, ids: [...ids] });

  const strangers = async (
    column: keyof typeof UNLINKED,
    pairId: string,
    ids: readonly string[] = [],
  ) => {
    if (ids.length === 0) return [];
    const bindings = { pairId, ids: [...ids] };
    const { rows } = await db.raw<{ rows: { readonly id: string }[] }>(UNLINKED[column], bindings);
    return rows.map(({ id }) => id);
  };

  return {
    async unlinked(pairId, { recordIds, itemIds, keys }) {
      return {
        recordIds: await strangers('record_id', pairId, recordIds),
        itemIds: await strangers('item_id', pairId, itemIds),
        keys: await strangers('key', pairId, keys),
      };
    },

    async find(pairId, { recordIds, itemIds, keys, linkIds, uids, page }) {
      const found = [
        ...(await named(FIND_BY_RECORD, pairId, recordIds)),
        ...(await named(FIND_BY_ITEM, pairId, itemIds)),
        ...(await named(FIND_BY_KEY, pairId, keys)),
        ...(await named(FIND_BY_ID, pairId, linkIds)),
        ...(await named(FIND_BY_UID, pairId, uids)),
      ];
      if (page) {
        const { afterLinkId, limit } = page;
        found.push(...(await select(LIVE_PAGE, { pairId, after: afterLinkId ?? '', limit })));
      }
      return [...new Map(found.map((link) => [link.id, link])).values()];
    },

    async save(pairId, links) {
      // the last one of an id counts: a statement may not write a row twice
      const rows = [...new Map(links.map((link) => [link.id, link])).values()].map(rowFromLink);
      const json = jsonText(rows);
      if (rows.length > 0) await db.raw(SAVE_LINKS, { pairId, rows: json });
      return json;
    },
  };
}

/** As they are stored: the second is null where both are equal, as they are for most links. */
export function storedBases({ erp, exchange }: Bases): {
  readonly erp: Base;
  readonly exchange: Base | null;
} {
  return { erp, exchange: isSameBase(erp, exchange) ? null : exchange };
}

export function isSameBase(a: Base, b: Base): boolean {
  if (a === b) return true;
  const fields = Object.keys(a);
  if (fields.length !== Object.keys(b).length) return false;
  return fields.every((field) => {
    const [x, y] = [a[field], b[field]];
    if (x === undefined || y === undefined) return false;
    if (typeof x === 'string' || typeof y === 'string') return x === y;
    return isSameBase(x, y);
  });
}

interface LinkRow {
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly record_id: string | null;
  readonly record_birth: string;
  readonly record_version: string;
  readonly item_id: string | null;
  readonly item_version: string;
  readonly uid: string | null;
  readonly ended: LinkEnd | null;
  readonly form: string;
  readonly base_erp: Base;
  readonly base_exchange: Base | null;
  readonly unrest: Unrest | null;
  readonly origin: Link['origin'] | null;
}

function rowFromLink(link: Link): LinkRow {
  const { erp, exchange } = storedBases(link.bases);
  return {
    id: link.id,
    key: link.key,
    attempt: link.attempt,
    record_id: link.recordId === '' ? null : link.recordId,
    record_birth: link.recordBirth,
    record_version: link.recordVersion,
    item_id: link.itemId === '' ? null : link.itemId,
    item_version: link.itemVersion,
    uid: link.uid,
    ended: link.ended,
    form: link.form,
    base_erp: erp,
    base_exchange: exchange,
    unrest: link.unrest ?? null,
    origin: link.origin ?? null,
  };
}

function linkFromRow(row: LinkRow): Link {
  return {
    id: row.id,
    key: row.key,
    attempt: row.attempt,
    recordId: row.record_id ?? '',
    recordBirth: row.record_birth,
    recordVersion: row.record_version,
    itemId: row.item_id ?? '',
    itemVersion: row.item_version,
    uid: row.uid,
    ended: row.ended,
    bases: { erp: row.base_erp, exchange: row.base_exchange ?? row.base_erp },
    form: row.form,
    ...(row.unrest !== null && { unrest: row.unrest }),
    ...(row.origin !== null && { origin: row.origin }),
  };
}

const FIND_BY_RECORD = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and record_id = any(:ids)`;

const FIND_BY_ITEM = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and item_id = any(:ids)`;

const FIND_BY_KEY = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and key = any(:ids)`;

const FIND_BY_ID = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and id = any(:ids)`;

const FIND_BY_UID = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and uid = any(:ids)`;

const unlinkedBy = (column: string): string => `
  select asked.id
    from unnest(cast(:ids as text[])) as asked (id)
   where not exists (select from abgleich.links
                      where pair_id = :pairId and links.${column} = asked.id)`;

const UNLINKED = {
  record_id: unlinkedBy('record_id'),
  item_id: unlinkedBy('item_id'),
  key: unlinkedBy('key'),
} as const;

const LIVE_PAGE = `
  select id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended, form,
         base_erp, base_exchange, unrest, origin
    from abgleich.links
   where pair_id = :pairId and id > :after and live
   order by id
   limit :limit`;

/** All parts of the statement see the links as they were before it: `was` counts those that lived. */
const SAVE_LINKS = `
  with incoming as (
         select *
           from json_to_recordset(cast(:rows as json)) as link (
                  id text, key text, attempt integer, record_id text, record_birth text, record_version text,
                  item_id text, item_version text, uid text, ended text, form text, base_erp json, base_exchange json,
                  unrest json, origin text)
       ), was as (
         select count(*) as live
           from incoming join abgleich.links using (id)
          where links.pair_id = :pairId and links.live
       ), saved as (
         insert into abgleich.links (pair_id, id, key, attempt, record_id, record_birth, record_version, item_id,
                item_version, uid, ended, form, base_erp, base_exchange, unrest, origin)
         select :pairId, id, key, attempt, record_id, record_birth, record_version, item_id, item_version, uid, ended,
                form, base_erp, base_exchange, unrest, origin
           from incoming
             on conflict (pair_id, id) do update
            set key = excluded.key, attempt = excluded.attempt, record_id = excluded.record_id,
                record_birth = excluded.record_birth, record_version = excluded.record_version,
                item_id = excluded.item_id, item_version = excluded.item_version, uid = excluded.uid,
                ended = excluded.ended, form = excluded.form, base_erp = excluded.base_erp,
                base_exchange = excluded.base_exchange, unrest = excluded.unrest, origin = excluded.origin
       )
  update abgleich.progress
     set live_links = live_links - was.live + (select count(*) from incoming where ended is null)
    from was
   where pair_id = :pairId`;
