import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Clock } from '../sync/ports/clock.js';
import type { Lease, Settlement, SyncStore } from '../sync/ports/store.js';
import { fieldSourceTable } from './field-sources.js';
import { heldTable } from './held.js';
import { intentTable } from './intents.js';
import { journal } from './journal.js';
import { jsonText } from './json-text.js';
import { linkTable } from './links.js';
import { keepLostValues } from './lost-values.js';
import type { Seal, Unseal } from './lost-values.js';
import { overwrittenValues } from './overwritten.js';
import { parkedTable } from './parked.js';
import { progressTable } from './progress.js';
import { answerWishes, purgeLinks } from './wishes.js';
import { reportingFailures, staleLease, unknownPair } from './store-failure.js';

export interface StoreOptions {
  readonly seal: Seal;
  readonly unseal: Unseal;
  /** Times of held and destructive actions come from here, as the engine's questions about them do. */
  readonly clock: Clock;
}

/**
 * What the engine remembers, in our own database. All promises are those of `SyncStore`.
 *
 * The database that is lost, overloaded or shutting down fails as `unreachable`; whether the last write was committed
 * is then unknown, and it may be repeated: a settlement that comes twice in a row counts once.
 */
export function openStore(knex: Knex, { seal, unseal, clock }: StoreOptions): SyncStore {
  return {
    progress: (pairId) =>
      reportingFailures(async () => {
        const progress = await progressTable(knex, unseal).ofPair(pairId);
        if (progress === null) throw unknownPair(pairId);
        return progress;
      }),

    links: (pairId, by) => reportingFailures(() => linkTable(knex).find(pairId, by)),

    unlinked: (pairId, names) => reportingFailures(() => linkTable(knex).unlinked(pairId, names)),

    intents: (pairId) => reportingFailures(() => intentTable(knex, seal).ofPair(pairId)),

    promise: (lease, intents) =>
      reportingFailures(async () => {
        if (!(await intentTable(knex, seal).add(lease, intents))) throw staleLease(lease.pairId);
      }),

    settle: (lease, settlement) =>
      underLease(knex, lease, (db) => settle(db, lease, settlement, { seal, unseal, clock })),

    rememberSources: (lease, sources) =>
      reportingFailures(async () => {
        const isHeld = await fieldSourceTable(knex).put(lease, sources, clock.now());
        if (!isHeld) throw staleLease(lease.pairId);
      }),

    sources: (pairId, recordIds) =>
      reportingFailures(() => fieldSourceTable(knex).find(pairId, recordIds)),

    advance: (lease, watermarks, owed) =>
      reportingFailures(async () => {
        const next = { watermarks, owed };
        const { isHeld, isSame } = await progressTable(knex, unseal).compare(lease, next);
        if (!isHeld) throw staleLease(lease.pairId);
        if (isSame) return; // the quiet cycle: nothing is written, nothing is locked
        await underLease(knex, lease, (db) =>
          progressTable(db, unseal).replace(lease.pairId, next),
        );
      }),

    destruction: (pairId, since) =>
      reportingFailures(async () => {
        const destruction = await heldTable(knex).destruction(pairId, since);
        if (destruction === null) throw unknownPair(pairId);
        return destruction;
      }),
  };
}

/** One transaction that holds the pair's lease row: nobody takes the pair over before it has ended. */
async function underLease(
  knex: Knex,
  { pairId, fence }: Lease,
  work: (db: Knex) => Promise<void>,
): Promise<void> {
  await reportingFailures(() =>
    knex.transaction(async (db) => {
      const { rows } = await db.raw<{ rows: unknown[] }>(LOCK_LEASE, { pairId, fence });
      if (rows.length === 0) throw staleLease(pairId);
      await work(db);
    }),
  );
}

async function settle(
  db: Knex,
  { pairId, fence }: Lease,
  settlement: Settlement,
  { seal, unseal, clock }: StoreOptions,
): Promise<void> {
  if (!(await rememberSettlement(db, pairId, settlement))) return;
  const at = clock.now();
  const { links, parked, healed, held, lostValues } = settlement;
  await linkTable(db).save(pairId, links);
  const overwritten = await overwrittenValues(db, pairId, settlement, unseal);
  const closed = { ids: settlement.closedIntents, done: settlement.done ?? [] };
  await intentTable(db, seal).close(pairId, closed, at);
  await purgeLinks(db, pairId, settlement.purged ?? []);
  await journal(db).add(pairId, settlement.journal, fence);
  await answerWishes(db, pairId, settlement.answered ?? [], at);
  await parkedTable(db).remove(pairId, healed);
  await parkedTable(db).put(pairId, parked);
  await heldTable(db).drop(
    pairId,
    links.map(({ id }) => id),
  );
  await heldTable(db).put(pairId, held, at);
  await heldTable(db).countDestroyed(pairId, settlement.destroyed, at);
  await keepLostValues(db, seal, { pairId, values: [...lostValues, ...overwritten], at });
}

/** False where the very same settlement was the pair's last one: its answer was lost, and it is sent again. */
async function rememberSettlement(
  db: Knex,
  pairId: string,
  settlement: Settlement,
): Promise<boolean> {
  const digest = createHash('sha256').update(jsonText(settlement)).digest('base64url');
  const { rows } = await db.raw<{ rows: unknown[] }>(REMEMBER_SETTLEMENT, { pairId, digest });
  return rows.length === 1;
}

const LOCK_LEASE = `
  select fence
    from abgleich.leases
   where pair_id = :pairId and fence = :fence
     for update`;

const REMEMBER_SETTLEMENT = `
  update abgleich.progress
     set last_settlement = :digest
   where pair_id = :pairId and last_settlement is distinct from :digest
  returning pair_id`;
