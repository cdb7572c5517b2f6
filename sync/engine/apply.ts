import type { RecordSeen } from '../ports/erp.js';
import type { ItemRef, ItemSeen } from '../ports/exchange.js';
import { answered, ConnectorFailure, failed } from '../ports/failure.js';
import type { Answer } from '../ports/failure.js';
import { unlessEdited } from './edited-in-passing.js';
import type { PairWork, Shapes } from './pair-work.js';
import { correctSources, rememberSources } from './colleagues/sources.js';
import type { ErpWrite, ExchangeWrite, Step } from './step.js';

/** What became of a step. A side that was not written is null. */
export interface Outcome<S extends Shapes> {
  readonly step: Step<S>;
  /** What the ERP shows after the write, read in the same transaction; null inside the answer after a removal. */
  readonly erp: Answer<RecordSeen<S['record']> | null> | null;
  readonly exchange: Answer<ItemRef | null> | null;
  /** The item as read after our write, only where its version is the one our write returned (rule 4). */
  readonly readBack: ItemSeen<S['item']> | null;
}

/**
 * Runs the writes of one batch: the intents are committed first, then the ERP is written, then Exchange, each in
 * batches answered per entry. An item is marked before its record is created: whoever moves it while we are
 * interrupted, it is found again by its key. One failing record never stops the rest. Throws only where a whole side
 * does not answer; the intents then tell the next cycle what may have happened.
 */
export async function applyWrites<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
): Promise<readonly Outcome<S>[]> {
  const intents = steps.flatMap((step) => step.intents);
  if (intents.length > 0) await work.store.promise(work.lease, intents);
  await rememberSources(work, steps);
  const newRecords = steps.filter((step) => step.erp?.kind === 'create');
  const marked = await writeExchange(work, newRecords);
  const ready = steps.filter(
    (step) => step.erp?.kind !== 'create' || marked.get(step)?.ok === true,
  );
  const erp = await writeErp(work, ready);
  await correctSources(work, erp);
  const others = steps.filter((step) => step.erp?.kind !== 'create');
  const exchange = new Map([...marked, ...(await writeExchange(work, others))]);
  const readBacks = await readBack(work, exchange);
  return steps.map((step) => ({
    step,
    erp: erp.get(step) ?? null,
    exchange: exchange.get(step) ?? null,
    readBack: readBacks.get(step) ?? null,
  }));
}

async function writeErp<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
): Promise<ReadonlyMap<Step<S>, Answer<RecordSeen<S['record']> | null>>> {
  const answers = new Map<Step<S>, Answer<RecordSeen<S['record']> | null>>();
  const { erp, lease, signal } = work;
  const write = (step: Step<S>): ErpWrite<S> | null => step.erp;
  await inBatch(steps, write, 'create', answers, (entries) => erp.create(lease, entries, signal));
  await inBatch(steps, write, 'update', answers, (entries) => erp.update(lease, entries, signal));
  await inBatch(steps, write, 'join', answers, (entries) => erp.join(lease, entries, signal));
  await inBatch(steps, write, 'remove', answers, (entries) => erp.remove(lease, entries, signal));
  return answers;
}

async function writeExchange<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
): Promise<ReadonlyMap<Step<S>, Answer<ItemRef | null>>> {
  const answers = new Map<Step<S>, Answer<ItemRef | null>>();
  const { mailbox } = work.pair;
  const { exchange, signal } = work;
  const write = (step: Step<S>): ExchangeWrite<S> | null => step.exchange;
  await inBatch(steps, write, 'create', answers, (entries) =>
    exchange.create(mailbox, entries, signal),
  );
  await inBatch(steps, write, 'update', answers, (entries) =>
    exchange.update(mailbox, entries, signal),
  );
  await inBatch(steps, write, 'remove', answers, (entries) =>
    exchange.remove(mailbox, entries, signal),
  );
  await unlessEdited(work, answers);
  return answers;
}

/** One kind of write to one side as one call, its answers handed back to the steps they belong to. */
async function inBatch<
  Step,
  Write extends { readonly kind: string; readonly entry: unknown },
  K extends Write['kind'],
  T,
>(
  steps: readonly Step[],
  writeOf: (step: Step) => Write | null,
  kind: K,
  answers: Map<Step, Answer<T>>,
  call: (entries: readonly Extract<Write, { kind: K }>['entry'][]) => Promise<readonly Answer<T>[]>,
): Promise<void> {
  const due: { readonly step: Step; readonly write: Extract<Write, { kind: K }> }[] = [];
  for (const step of steps) {
    const write = writeOf(step);
    if (write !== null && isOfKind(write, kind)) due.push({ step, write });
  }
  if (due.length === 0) return;
  const results = await call(due.map(({ write }) => write.entry));
  due.forEach(({ step }, index) => answers.set(step, results[index] ?? NOT_ANSWERED));
}

function isOfKind<Write extends { readonly kind: string }, K extends Write['kind']>(
  write: Write,
  kind: K,
): write is Extract<Write, { kind: K }> {
  return write.kind === kind;
}

const NOT_ANSWERED = failed<never>(
  new ConnectorFailure('unreachable', 'the answer had fewer entries than the request'),
);

async function readBack<S extends Shapes>(
  work: PairWork<S>,
  written: ReadonlyMap<Step<S>, Answer<ItemRef | null>>,
): Promise<ReadonlyMap<Step<S>, ItemSeen<S['item']>>> {
  const due: { readonly step: Step<S>; readonly ref: ItemRef }[] = [];
  for (const [step, answer] of written) {
    if (answer.ok && answer.value !== null && changesContent(step))
      due.push({ step, ref: answer.value });
  }
  const seen = new Map<Step<S>, ItemSeen<S['item']>>();
  if (due.length === 0) return seen;
  const { mailbox } = work.pair;
  const ids = due.map(({ ref }) => ref.id);
  const answers = await work.exchange.read(mailbox, ids, work.signal);
  due.forEach(({ step, ref }, index) => {
    const answer = answers[index] ?? answered(null);
    const item = answer.ok ? answer.value : null;
    if (item?.ref.version === ref.version) seen.set(step, item);
  });
  return seen;
}

/** A mark alone changes nothing that we read; its precondition already says that the rest is as it was. */
function changesContent<S extends Shapes>({ exchange }: Step<S>): boolean {
  if (exchange === null || exchange.kind === 'remove') return false;
  return exchange.kind === 'create' || exchange.entry.patch !== null;
}
