import { withClient } from './sql-client.js';

/** What keeps the sync from coming to rest, or lies aside, a line each: writes that are promised, records that are owed or parked. */
export async function readUnfinished(ownUrl: string): Promise<readonly string[]> {
  return await withClient(ownUrl, async (client) => {
    const { rows } = await client.query<{ line: string }>(READ_UNFINISHED);
    return rows.map(({ line }) => line);
  });
}

/** Every pair's link to a record, alive or ended, with what is promised for it. */
export async function readLinksOf(
  ownUrl: string,
  recordId: string | null,
): Promise<readonly string[]> {
  return await withClient(ownUrl, async (client) => {
    const { rows } = await client.query<{ line: string }>(READ_LINKS, [recordId]);
    return rows.map(({ line }) => line);
  });
}

/** Records and items that lie aside because a side refuses them. */
export async function readParked(
  ownUrl: string,
): Promise<readonly { readonly id: string; readonly reason: string }[]> {
  return await withClient(ownUrl, async (client) => {
    const { rows } = await client.query<{ id: string; reason: string }>(
      `select id, reason from abgleich.parked where kind <> 'later' order by pair_id, side, id`,
    );
    return rows;
  });
}

const READ_UNFINISHED = `
  select concat_ws(' ', 'promised', pair_id, promised_at::text, side, what, 'link', link_id, 'record', record_id, record_version,
                   'item', item_id, item_version) as line from abgleich.intents
  union all
  select concat_ws(' ', 'owed', pair_id, side, id) from abgleich.owed
  union all
  select concat_ws(' ', 'parked', pair_id, side, id, kind, reason, 'times', times, 'retry', retry_at) from abgleich.parked`;

const READ_LINKS = `
  select concat_ws(' ', pair_id, 'link', id, 'record', record_version, 'item', item_id, item_version,
                   coalesce('ended ' || ended, 'alive'),
                   (select string_agg(concat_ws(' ', 'promised', side, what), ', ')
                      from abgleich.intents i where i.pair_id = l.pair_id and i.link_id = l.id)) as line
    from abgleich.links l where record_id = $1`;
