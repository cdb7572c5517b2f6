import { parseMark, formatMark } from '../ports/mark.js';
import type { Base, Intent } from '../ports/store.js';
import type { Loss } from '../../mappings/translation.js';
import { presentAgain } from './colleagues/absences.js';
import type { Fingerprinted } from './fingerprint.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action } from './decision.js';
import { overrulesOf } from './undo/overruled.js';
import { fingerprinted, intentOf } from './step.js';
import type { DecisionOf, ErpWrite, ExchangeWrite, Step } from './step.js';
import { trailOf } from './undo/trail.js';

type Merge<S extends Shapes> = DecisionOf<S, 'merge'>;

/** What a merge brings to each side; a side that shows it already is not written. */
export function mergeStep<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  decision: Merge<S>,
): Step<S> {
  const { link } = decision;
  const erp = bringToErp(work, action, decision);
  const exchange = bringToExchange(work, decision);
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: erp?.write ?? null,
    exchange: exchange?.write ?? markOnly(work, decision),
    intents: [erp, exchange].flatMap((one) => (one ? [one.intent] : [])),
    losses: [...(erp?.losses ?? []), ...(exchange?.losses ?? [])],
    expected: {
      ...(erp ? { erp: erp.expected } : {}),
      ...(exchange ? { exchange: exchange.expected } : {}),
    },
    destroys: destroyedBy(work, decision),
  };
}

interface Bringing<W> {
  readonly write: W;
  readonly intent: Intent;
  readonly expected: Fingerprinted;
  readonly losses: readonly Loss[];
}

function bringToErp<S extends Shapes>(
  work: PairWork<S>,
  { observed }: Action<S>,
  decision: Merge<S>,
): Bringing<ErpWrite<S>> | null {
  const { link, record, merged } = decision;
  if (merged.toErp.length === 0) return null;
  const wanted = presentAgain(work, observed, merged.forErp);
  const { value, losses } = work.kind.toErp(wanted, record.seen.record, work.translation);
  if (value === null) return null;
  const held = work.kind.asErpHolds(wanted, work.translation);
  const expected = fingerprinted(work, link.id, work.kind.canonical(held), record.shown);
  const intent = updateIntent(work, decision, { side: 'erp', base: expected.base });
  const { id, version } = record.seen;
  const entry = { id, writeId: intent.id, version, patch: value };
  return { write: { kind: 'update', entry }, intent, expected, losses };
}

function bringToExchange<S extends Shapes>(
  work: PairWork<S>,
  decision: Merge<S>,
): Bringing<ExchangeWrite<S>> | null {
  const { link, item, merged } = decision;
  if (merged.toExchange.length === 0) return null;
  const { value, losses } = work.kind.toExchange(
    merged.forExchange,
    item.seen.item,
    work.translation,
  );
  if (value === null) return null;
  const held = work.kind.asExchangeHolds(merged.forExchange, work.translation);
  const expected = fingerprinted(work, link.id, work.kind.canonical(held), item.shown);
  const intent = updateIntent(work, decision, { side: 'exchange', base: expected.base });
  const entry = { ref: item.seen.ref, patch: value, mark: missingMark(work, decision) };
  return { write: { kind: 'update', entry }, intent, expected, losses };
}

function updateIntent<S extends Shapes>(
  work: PairWork<S>,
  { link, record, item, merged }: Merge<S>,
  written: { readonly side: 'erp' | 'exchange'; readonly base: Base },
): Intent {
  const now = { erp: record.shown.base, exchange: item.shown.base };
  const overrules = overrulesOf(written.side, merged, now[written.side]);
  const rewritesSeries =
    written.side === 'exchange' &&
    merged.toExchange.some((path) => path === 'series' || path === 'when');
  return intentOf(work, {
    side: written.side,
    what: 'update',
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    recordId: record.seen.id,
    recordBirth: record.seen.birth,
    recordVersion: record.seen.version,
    itemId: item.seen.ref.id,
    itemVersion: item.seen.ref.version,
    target: { ...now, [written.side]: written.base },
    rewritesSeries,
    ...(overrules.length > 0 && { overrules }),
    trail:
      written.side === 'erp'
        ? trailOf(merged.toErp, record.shown.value)
        : trailOf(merged.toExchange, item.shown.value),
  });
}

function markOnly<S extends Shapes>(
  work: PairWork<S>,
  decision: Merge<S>,
): ExchangeWrite<S> | null {
  const mark = missingMark(work, decision);
  if (mark === null) return null;
  return { kind: 'update', entry: { ref: decision.item.seen.ref, patch: null, mark } };
}

/** The mark to write where the item does not carry this link's: it was there before us, or our marking failed. */
function missingMark<S extends Shapes>(work: PairWork<S>, { link, item }: Merge<S>): string | null {
  const found = parseMark(item.seen.mark);
  const isThere = found?.key === link.key && found.owner === work.pair.id;
  return isThere ? null : formatMark({ key: link.key, attempt: link.attempt, owner: work.pair.id });
}

/** Lost occurrences and emptied texts count like deletions (rule 6: lost rights can blank every body). */
function destroyedBy<S extends Shapes>(
  { kind }: PairWork<S>,
  { merged, record, item }: Merge<S>,
): number {
  const inErp =
    merged.toErp.length === 0
      ? 0
      : kind.destroyed(record.shown.canonical, kind.canonical(merged.forErp));
  const inExchange =
    merged.toExchange.length === 0
      ? 0
      : kind.destroyed(item.shown.canonical, kind.canonical(merged.forExchange));
  return inErp + inExchange;
}
