import type { Knex } from 'knex';
import type { Loss } from '../mappings/translation.js';
import { instantOf } from '../mappings/values.js';
import type { JournalEntry, KindName } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

/** A line of the journal with whose it is. */
export interface JournalLine extends JournalEntry {
  /** Grows with time; also where the next page starts. */
  readonly id: number;
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  /** The cycle of its pair; null where it has none. */
  readonly cycle: number | null;
}

/** Each one given narrows; none given means everything. */
export interface JournalFilter {
  readonly employeeId?: string | undefined;
  readonly pairId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly itemId?: string | undefined;
  readonly event?: JournalEntry['event'] | undefined;
  /** Only lines older than the one with this id. */
  readonly before?: number | undefined;
  /** How many at most; 1 to 1,000. */
  readonly limit: number;
}

export interface Journal {
  /** `cycle`: the fence of the lease that it happened under. */
  add(pairId: string, entries: readonly JournalEntry[], cycle?: number): Promise<void>;
  /** Newest first. The next page starts before the last line's id; a page that is not full is the last one. */
  read(filter: JournalFilter): Promise<readonly JournalLine[]>;
}

/** What happened to which record, on one handle: a pool, or a transaction. */
export function journal(db: Knex): Journal {
  return {
    async add(pairId, entries, cycle) {
      const rows = jsonText(entries.map(rowFromEntry));
      if (entries.length > 0) await db.raw(ADD_ENTRIES, { pairId, rows, cycle: cycle ?? null });
    },

    async read({ employeeId, pairId, recordId, itemId, event, before, limit }) {
      const wanted = {
        'pairs.employee_id': employeeId,
        'journal.pair_id': pairId,
        'journal.record_id': recordId,
        'journal.item_id': itemId,
        'journal.event': event,
      };
      const query = db<JournalRow>('abgleich.journal')
        .join('abgleich.pairs', 'pairs.id', 'journal.pair_id')
        .select<JournalRow[]>(...COLUMNS)
        .where(
          Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)),
        )
        .orderBy('journal.id', 'desc')
        .limit(Math.min(Math.max(Math.trunc(limit), 1), 1_000));
      if (before !== undefined) query.where('journal.id', '<', before);
      return (await query).map(lineFromRow);
    },
  };
}

const COLUMNS = [
  'journal.id',
  'journal.at',
  'journal.pair_id',
  'pairs.employee_id',
  'pairs.kind',
  'journal.event',
  'journal.side',
  'journal.record_id',
  'journal.item_id',
  'journal.fields',
  'journal.losses',
  'journal.detail',
  'journal.cycle',
  'journal.write_id',
] as const;

interface JournalRow {
  readonly id: number;
  readonly at: Date;
  readonly pair_id: string;
  readonly employee_id: string;
  readonly kind: KindName;
  readonly event: JournalEntry['event'];
  readonly side: JournalEntry['side'];
  readonly record_id: string | null;
  readonly item_id: string | null;
  readonly fields: readonly string[];
  readonly losses: readonly Loss[] | null;
  readonly detail: string;
  readonly cycle: number | null;
  readonly write_id: string | null;
}

function rowFromEntry(entry: JournalEntry) {
  return {
    at: entry.at,
    event: entry.event,
    side: entry.side,
    record_id: entry.recordId,
    item_id: entry.itemId,
    fields: entry.fields,
    losses: entry.losses.length === 0 ? null : entry.losses,
    detail: entry.detail,
    write_id: entry.writeId ?? null,
  };
}

function lineFromRow(row: JournalRow): JournalLine {
  return {
    id: row.id,
    at: instantOf(row.at.getTime()),
    pairId: row.pair_id,
    employeeId: row.employee_id,
    kind: row.kind,
    event: row.event,
    side: row.side,
    recordId: row.record_id,
    itemId: row.item_id,
    fields: row.fields,
    losses: row.losses ?? [],
    detail: row.detail,
    cycle: row.cycle,
    ...(row.write_id !== null && { writeId: row.write_id }),
  };
}

const ADD_ENTRIES = `
  insert into abgleich.journal (at, pair_id, event, side, record_id, item_id, fields, losses, detail, cycle,
         write_id)
  select at, :pairId, event, side, record_id, item_id, fields, losses, detail, cast(:cycle as integer), write_id
    from json_to_recordset(cast(:rows as json)) as entry (
           at timestamptz, event text, side text, record_id text, item_id text, fields text[], losses json, detail text,
           write_id text)`;
