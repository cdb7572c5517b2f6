import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { Base, Births, Intent, Lease, Settlement, Side } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';
import { storedBases } from './links.js';
import type { Seal } from './lost-values.js';

export interface IntentTable {
  /** Open intents, oldest first. */
  ofPair(pairId: string): Promise<readonly Intent[]>;
  /** Adds what is not there yet, if the lease is the current one; answers whether it is. */
  add(lease: Lease, intents: readonly Intent[]): Promise<boolean>;
  /** What took effect of them stays in the audit trail, as if at `at`. */
  close(pairId: string, closed: ClosedIntents, at: Instant): Promise<void>;
}

export interface ClosedIntents {
  readonly ids: readonly string[];
  readonly done: NonNullable<Settlement['done']>;
}

/** Where the values of before a write are kept, as the sealing knows it. */
export function imageContext(pairId: string, writeId: string): string {
  return `image:${pairId}:${writeId}`;
}

/** The promised writes of all pairs, on one handle: a pool, or a transaction. */
export function intentTable(db: Knex, seal: Seal): IntentTable {
  return {
    async ofPair(pairId) {
      const { rows } = await db.raw<{ rows: IntentRow[] }>(OPEN_INTENTS, { pairId });
      return rows.map(intentFromRow);
    },

    async add({ pairId, fence }, intents) {
      const rows = jsonText(intents.map((intent) => promisedRow(pairId, intent, seal)));
      const answer = await db.raw<{ rows: { isHeld: boolean }[] }>(ADD_INTENTS, {
        pairId,
        fence,
        rows,
      });
      return answer.rows[0]?.isHeld === true;
    },

    async close(pairId, { ids, done }, at) {
      if (ids.length === 0) return;
      if (done.length === 0) await db.raw(CLOSE_INTENTS, { pairId, ids: [...ids] });
      else await db.raw(KEEP_WRITES, { pairId, ids: [...ids], done: jsonText(done), at });
    },
  };
}

interface IntentRow {
  readonly id: string;
  readonly side: Side;
  readonly what: Intent['what'];
  readonly link_id: string;
  readonly key: string;
  readonly attempt: number;
  readonly record_id: string | null;
  readonly record_birth: string | null;
  readonly record_version: string | null;
  readonly item_id: string | null;
  readonly item_version: string | null;
  readonly target_erp: Base | null;
  readonly target_exchange: Base | null;
  readonly rewrites_series: boolean;
  readonly mails: boolean;
  readonly overrules: Intent['overrules'] | null;
  readonly births: Births | null;
  readonly fields: readonly string[];
  readonly form: string;
  readonly promised_at: Date;
}

function rowFromIntent(intent: Intent): Record<keyof IntentRow, unknown> {
  const target = intent.target === null ? null : storedBases(intent.target);
  return {
    id: intent.id,
    side: intent.side,
    what: intent.what,
    link_id: intent.linkId,
    key: intent.key,
    attempt: intent.attempt,
    record_id: intent.recordId,
    record_birth: intent.recordBirth,
    record_version: intent.recordVersion,
    item_id: intent.itemId,
    item_version: intent.itemVersion,
    target_erp: target?.erp ?? null,
    target_exchange: target?.exchange ?? null,
    rewrites_series: intent.rewritesSeries,
    mails: intent.mails ?? false,
    overrules: intent.overrules ?? null,
    births: intent.births ?? null,
    fields: intent.trail?.fields ?? [],
    form: intent.form,
    promised_at: intent.promisedAt,
  };
}

function promisedRow(pairId: string, intent: Intent, seal: Seal) {
  const { before = null, wishId = null } = intent.trail ?? {};
  return {
    ...rowFromIntent(intent),
    before: before === null ? null : seal(before, imageContext(pairId, intent.id)),
    wish: wishId,
  };
}

function intentFromRow(row: IntentRow): Intent {
  const { target_erp: erp, target_exchange: exchange } = row;
  return {
    id: row.id,
    side: row.side,
    what: row.what,
    linkId: row.link_id,
    key: row.key,
    attempt: row.attempt,
    recordId: row.record_id,
    recordBirth: row.record_birth,
    recordVersion: row.record_version,
    itemId: row.item_id,
    itemVersion: row.item_version,
    target: erp === null ? null : { erp, exchange: exchange ?? erp },
    rewritesSeries: row.rewrites_series,
    ...(row.mails && { mails: true }),
    ...(row.overrules !== null && { overrules: row.overrules }),
    ...(row.births !== null && { births: row.births }),
    ...(row.fields.length > 0 && { fields: row.fields }),
    form: row.form,
    promisedAt: instantOf(row.promised_at.getTime()),
  };
}

const OPEN_INTENTS = `
  select id, side, what, link_id, key, attempt, record_id, record_birth, record_version, item_id, item_version,
         target_erp, target_exchange, rewrites_series, mails, overrules, births, fields, form,
         promised_at
    from abgleich.intents
   where pair_id = :pairId
   order by promised_at, seq`;

/** One statement is one transaction: the lease row stays locked, and nobody takes over before the intents are there. */
const ADD_INTENTS = `
  with held as (
         select pair_id
           from abgleich.leases
          where pair_id = :pairId and fence = :fence
            for update
       ), added as (
         insert into abgleich.intents (pair_id, id, side, what, link_id, key, attempt, record_id, record_birth,
                record_version, item_id, item_version, target_erp, target_exchange, rewrites_series, mails, overrules, births,
                form, promised_at, cycle, fields, before, wish)
         select held.pair_id, id, side, what, link_id, key, attempt, record_id, record_birth, record_version, item_id,
                item_version, target_erp, target_exchange, rewrites_series, mails, overrules, births, form, promised_at,
                cast(:fence as integer), fields, before, wish
           from held,
                json_to_recordset(cast(:rows as json)) as intent (
                  id text, side text, what text, link_id text, key text, attempt integer, record_id text,
                  record_birth text, record_version text, item_id text, item_version text, target_erp json,
                  target_exchange json, rewrites_series boolean, mails boolean, overrules json, births json, form text,
                  promised_at timestamptz, fields text[], before text, wish bigint)
             on conflict (pair_id, id) do nothing
       )
  select exists (select from held) as "isHeld"`;

const CLOSE_INTENTS = `
  delete from abgleich.intents
   where pair_id = :pairId and id = any(:ids)`;

/** In the order in which they were promised: later ones have higher numbers. */
const KEEP_WRITES = `
  with closed as (
         delete from abgleich.intents
          where pair_id = :pairId and id = any(:ids)
         returning *
       )
  insert into abgleich.writes (at, pair_id, cycle, write_id, link_id, side, what, fields, record_version, item_version,
         before, after, form, wish)
  select cast(:at as timestamptz), pair_id, cycle, id, link_id, side, what, fields, record_version, item_version,
         before, after, form, wish
    from closed
         join json_to_recordset(cast(:done as json)) as done ("intentId" text, after text) on done."intentId" = closed.id
   order by seq`;
