import { z } from 'zod';
import { withClient } from './sql-client.js';

/** What the sync says it did, from its journal, and which mails would have gone out. */
export interface Tally {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly conflicts: number;
  readonly parked: number;
  readonly mails: readonly unknown[];
}

/** Our writes on both sides since the start. */
export async function readTally(ownUrl: string, control: string): Promise<Tally> {
  const response = await fetch(`${control}/mails`);
  const mails = z.array(z.unknown()).parse(await response.json());
  return await withClient(ownUrl, async (client) => {
    const { rows } = await client.query<Omit<Tally, 'mails'>>(COUNT);
    return { ...EMPTY, ...rows[0], mails };
  });
}

const EMPTY: Tally = { created: 0, updated: 0, deleted: 0, conflicts: 0, parked: 0, mails: [] };

const COUNT = `
  select count(*) filter (where event = 'created')::int as created,
         count(*) filter (where event = 'updated')::int as updated,
         count(*) filter (where event = 'removed')::int as deleted,
         count(*) filter (where event = 'conflict')::int as conflicts,
         (select count(*)::int from abgleich.parked) as parked
    from abgleich.journal`;

/** What the journal says about a record, the oldest first. */
export async function readJournalOf(ownUrl: string, recordId: string | null): Promise<string[]> {
  return await withClient(ownUrl, async (client) => {
    const { rows } = await client.query<{ line: string }>(READ_JOURNAL, [recordId]);
    return rows.map(({ line }) => line);
  });
}

const READ_JOURNAL = `
  select concat_ws(' ', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), pair_id, event, side,
                   array_to_string(fields, ','), detail) as line
    from abgleich.journal where record_id = $1 order by id`;
