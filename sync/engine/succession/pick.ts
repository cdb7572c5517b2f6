import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { isLeft } from './born.js';
import type { BornItem, BornRecord, Nursery } from './born.js';
import type { Observed } from '../sights.js';
import { isInChain } from './intent.js';
import type { SuccessionsOf } from './intent.js';

/** Whose item is looked for. */
interface Parent<S extends Shapes> {
  readonly link: Link;
  readonly observed: Observed<S>;
  readonly namedItemId: string | null;
}

/**
 * The finished item that was left of a link's: the one that Exchange named; else by its mark, if the copy has kept it, or by
 * what a series has in common, and in any case by the due date.
 */
export function pickItem<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  { link, observed, namedItemId }: Parent<S>,
  { items }: Nursery<S>,
): BornItem<S> | null {
  const families = familiesOf(hook, observed);
  const once = items.filter(({ stage }) => !stage.comesAgain);
  const marked = once.filter(({ key }) => isInChain(key, link.key));
  const kin = once.filter(
    ({ stage, family, key }) =>
      isLeft(stage) && families.includes(family) && (key === null || isInChain(key, link.key)),
  );
  const inErp = ({ value }: BornItem<S>): boolean => isDueOf(hook, observed, value);
  const before = ({ value }: BornItem<S>): boolean => isDueBefore(work, hook, link, value);
  return (
    once.find(({ seen }) => seen.ref.id === namedItemId) ??
    marked.find(inErp) ??
    kin.find(inErp) ??
    marked.find(before) ??
    kin.find(before) ??
    null
  );
}

/** Of something that goes on in Exchange: its due date is another one than when both sides last agreed. */
export function hasGoneOn<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  { link, observed }: Pick<Parent<S>, 'link' | 'observed'>,
  value: S['value'],
): boolean {
  return !isDueOf(hook, observed, value) && !isDueBefore(work, hook, link, value);
}

/** Due as the ERP has it: what we have carried there may not be settled yet. */
function isDueOf<S extends Shapes>(
  hook: SuccessionsOf<S>,
  { record }: Observed<S>,
  value: S['value'],
): boolean {
  if (record.kind !== 'there') return false;
  return hook.stageOf(record.shown.value).due === hook.stageOf(value).due;
}

function isDueBefore<S extends Shapes>(
  { kind, fingerprinter }: PairWork<S>,
  { due }: SuccessionsOf<S>,
  { id, bases }: Link,
  value: S['value'],
): boolean {
  const text = kind.canonical(value)[due];
  return typeof text === 'string' && fingerprinter.of(id, due, text) === bases.exchange[due];
}

/** What both sides of it have in common with what is born of it, where that is all that tells it. */
export function familiesOf<S extends Shapes>(
  hook: SuccessionsOf<S>,
  { record, item }: Observed<S>,
): readonly string[] {
  const shown = [record, item].flatMap((one) => (one.kind === 'there' ? [one.shown.value] : []));
  return shown.map((value) => hook.familyOf(value));
}

/** After whom a record is looked for. */
interface Before<S extends Shapes> {
  readonly recordId: string;
  /** As the ERP shows it; null = it cannot be read any more. */
  readonly record: S['value'] | null;
  readonly families: readonly string[];
}

/**
 * The record that the ERP goes on with: the one that says what it came from; where the ERP does not say, the first one of
 * the same series that is due later than the finished one.
 */
export function pickRecord<S extends Shapes>(
  hook: SuccessionsOf<S>,
  { recordId, record, families }: Before<S>,
  { records }: Nursery<S>,
): BornRecord<S> | null {
  const children = records.filter(({ cameFrom }) => cameFrom === recordId);
  const after = record === null ? null : hook.stageOf(record).due;
  const siblings = records.filter(
    ({ cameFrom, family, stage, seen }) =>
      cameFrom === null && stage.comesAgain && families.includes(family) && seen.id !== recordId,
  );
  const later = siblings.filter(
    ({ stage }) => after === null || (stage.due !== null && stage.due > after),
  );
  return earliest(children) ?? earliest(later);
}

function earliest<S extends Shapes>(born: readonly BornRecord<S>[]): BornRecord<S> | null {
  const inOrder = [...born].sort((a, b) => ((a.stage.due ?? '') < (b.stage.due ?? '') ? -1 : 1));
  return inOrder[0] ?? null;
}
