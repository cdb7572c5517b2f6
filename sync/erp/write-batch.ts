import type { Knex } from 'knex';
import type { ErpClaimant } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, failed } from '../ports/failure.js';
import type { Lease } from '../ports/store.js';
import { erpFailure, isAboutConnection } from './failures.js';
import { heldByAnother, isHeldBy } from './holding.js';
import type { ServerClock } from './server-clock.js';

export interface WriteOptions {
  /** How long one statement of a write may take before the server gives it up (rule 8). */
  readonly writeTimeoutMs: number;
  /** The installation that must hold the ERP while it is written (feature A10); null = not looked at. */
  readonly claimant: Pick<ErpClaimant, 'id' | 'home'> | null;
  /** By which times of change are corrected; left out = the server has our clock. */
  readonly serverClock?: ServerClock;
}

/** What one transaction does with its entries. It throws to undo all of them. */
export type BatchWork<Entry, Value> = (
  trx: Knex.Transaction,
  entries: readonly Entry[],
) => Promise<readonly Answer<Value>[]>;

export interface Batch<Entry, Value> {
  readonly lease: Lease;
  readonly entries: readonly Entry[];
  readonly work: BatchWork<Entry, Value>;
  readonly signal: AbortSignal;
}

/**
 * Writes a batch in one REPEATABLE READ transaction under the lease's fence (rules 4 and 8) and answers per entry, in
 * order. Where the database refuses it, the batch is rolled back and written again in halves, so that one poisoned row
 * fails alone and 200 entries with one cost sixteen transactions, not 200.
 * Throws where no entry got an answer: connection lost, server busy, lease or ERP held by somebody else.
 */
export async function writeBatch<Entry, Value>(
  db: Knex,
  options: WriteOptions,
  batch: Batch<Entry, Value>,
): Promise<readonly Answer<Value>[]> {
  if (batch.entries.length === 0) return [];
  const answers = await inHalves(db, options, batch);
  const first = answers[0];
  if (first?.ok === false && isAboutConnection(first.failure) && answers.every(isFailed)) {
    throw first.failure;
  }
  return answers;
}

function isFailed<Value>(answer: Answer<Value>): boolean {
  return !answer.ok;
}

async function inHalves<Entry, Value>(
  db: Knex,
  options: WriteOptions,
  batch: Batch<Entry, Value>,
): Promise<readonly Answer<Value>[]> {
  const { entries, signal } = batch;
  signal.throwIfAborted();
  try {
    return await inTransaction(db, options, batch);
  } catch (error) {
    signal.throwIfAborted();
    const failure = erpFailure(error);
    if (entries.length === 1 || isAboutConnection(failure)) {
      return entries.map(() => failed<Value>(failure));
    }
    const middle = Math.ceil(entries.length / 2);
    const left = await inHalves(db, options, { ...batch, entries: entries.slice(0, middle) });
    const right = await inHalves(db, options, { ...batch, entries: entries.slice(middle) });
    return [...left, ...right];
  }
}

async function inTransaction<Entry, Value>(
  db: Knex,
  options: WriteOptions,
  { lease, entries, work, signal }: Batch<Entry, Value>,
): Promise<readonly Answer<Value>[]> {
  return db.transaction(
    async (trx) => {
      await limitTime(trx, options.writeTimeoutMs);
      await checkFence(trx, lease, options.claimant);
      signal.throwIfAborted();
      const answers = await work(trx, entries);
      signal.throwIfAborted();
      return answers;
    },
    { isolationLevel: 'repeatable read' },
  );
}

/** A lock that somebody holds for longer than a quarter of the time is not waited for: other employees have work too. */
async function limitTime(trx: Knex.Transaction, writeTimeoutMs: number): Promise<void> {
  const lockMs = Math.ceil(writeTimeoutMs / 4);
  await trx.raw(
    `set local statement_timeout = ${writeTimeoutMs.toFixed(0)}; set local lock_timeout = ${lockMs.toFixed(0)}; set local idle_in_transaction_session_timeout = ${writeTimeoutMs.toFixed(0)}`,
  );
}

/**
 * Raises the pair's fence to the lease's and holds its row until the transaction ends, so that two holders never write
 * side by side. Throws `stale` where a later holder has been here, `forbidden` where another installation has the ERP.
 */
export async function checkFence(
  db: Knex,
  lease: Lease,
  claimant: WriteOptions['claimant'],
): Promise<void> {
  const { rows } = await db.raw<{ rows: readonly FenceRow[] }>(RAISE_FENCE, { ...lease });
  const row = rows[0];
  if (!row || row.is_outdated) {
    throw new ConnectorFailure('stale', 'Another worker holds this pair by now.', {
      code: 'fence',
    });
  }
  if (claimant !== null && !isHeldBy(claimant, row)) {
    throw heldByAnother(row.name ?? '', row.installation_id === claimant.id);
  }
}

interface FenceRow {
  readonly is_outdated: boolean;
  readonly installation_id: string | null;
  readonly name: string | null;
  readonly home: string | null;
}

const RAISE_FENCE = `
  with raised as (
    insert into erp.fences as f (pair_id, fence) values (:pairId, :fence)
    on conflict (pair_id) do update set fence = greatest(f.fence, excluded.fence)
    returning fence > :fence as is_outdated
  )
  select raised.is_outdated, holder.installation_id, holder.name, holder.home
    from raised left join erp.holder on true`;
