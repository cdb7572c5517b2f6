import type { RecordJoin } from '../../ports/erp.js';
import type { Ledger } from '../ledger.js';
import { observe } from '../observe.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { scopeFacts, whyNotToErp } from '../terms/scope.js';
import type { Observed } from '../sights.js';
import { travelFor } from '../terms/travel-for.js';

/**
 * Whoever deleted their copy of a colleague's appointment was taken out of it, and the record went on without them (rule 9).
 * Restored from Deleted Items it is the same appointment: they take part again, and what is returned shows record and item
 * as they are now. A record that is gone as well is left to be made anew. Asks nothing where nobody restored anything, and
 * may be repeated.
 */
export async function rejoinRestored<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
  ledger: Pick<Ledger, 'wrote'>,
): Promise<readonly Observed<S>[]> {
  const whole = await withRestoredItems(work, observed);
  const restored = work.foresees === true ? [] : whole.flatMap((one) => restoredOf(work, one));
  if (restored.length === 0) return whole;
  const joins = restored.map(({ join }) => join);
  const answers = await work.erp.join(work.lease, joins, work.signal);
  const after = new Map<Observed<S>, Observed<S>>();
  const again: Observed<S>[] = [];
  restored.forEach(({ one, join }, at) => {
    const answer = answers[at];
    if (answer?.ok === true) {
      again.push(one);
      const { linkId, unit } = one;
      const step = { intents: [], losses: [], linkId };
      ledger.wrote('updated', 'erp', step, join.id, unit.itemId ?? '', ['participants']);
    } else if (answer?.failure.kind !== 'gone') {
      // whether they take part is not known: a second record could be made now
      after.set(one, { ...one, record: { kind: 'unknown' } });
    }
  });
  const units = again.map(({ unit }) => unit);
  const seen = units.length === 0 ? [] : await observe(work, units);
  again.forEach((one, at) => after.set(one, seen[at] ?? one));
  return whole.map((one) => after.get(one) ?? one);
}

/**
 * The record of an ended link is there again, and so may be its item: we took part anew and died, or a person put it into
 * the record again while another one restored the item. A copy made now would lie beside it.
 */
async function withRestoredItems<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
): Promise<readonly Observed<S>[]> {
  const [folderId] = work.pair.folders;
  const asked = observed.filter(isThereAgain);
  if (asked.length === 0 || folderId === undefined) return observed;
  const keys = asked.flatMap(({ unit: { link } }) => link?.key ?? []);
  const { mailbox } = work.pair;
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const inPlace = new Map(
    found.flatMap((one) => (one.place === 'inFolder' ? [[one.key, one.ref]] : [])),
  );
  const lying = asked.filter(({ unit }) => inPlace.has(unit.link?.key ?? ''));
  const units = lying.map(({ unit }) => {
    const ref = inPlace.get(unit.link?.key ?? '');
    return { ...unit, itemId: ref?.id ?? null, itemNews: null };
  });
  const seen = units.length === 0 ? [] : await observe(work, units);
  const after = new Map(lying.map((one, at) => [one, seen[at] ?? one]));
  return observed.map((one) => after.get(one) ?? one);
}

function isThereAgain<S extends Shapes>({ unit, record, item }: Observed<S>): boolean {
  const { link } = unit;
  if (link?.ended !== 'deletedEverywhere' || record.kind !== 'there') return false;
  // where the id lives on in another record, none of the old one's items are that one's (rule 14)
  return record.seen.birth === link.recordBirth && item.kind !== 'there';
}

interface Restored<S extends Shapes> {
  readonly one: Observed<S>;
  readonly join: RecordJoin;
}

/** A meeting is found by its key instead, also where it never was in this mailbox before. */
function restoredOf<S extends Shapes>(work: PairWork<S>, one: Observed<S>): readonly Restored<S>[] {
  const { unit, record, item, isCopy, isTwin } = one;
  const { link } = unit;
  if (link?.ended !== 'deletedEverywhere' || link.recordId === '' || isCopy || isTwin) return [];
  if (record.kind !== 'none' || item.kind !== 'there' || item.seen.ref.id === link.itemId)
    return [];
  const { lastModified, categories, meeting = null } = work.kind.itemFacts(item.seen.item);
  if (meeting !== null) return [];
  const facts = { ...scopeFacts(work, item.shown.value, lastModified), categories };
  if (whyNotToErp(work.pair.policy, travelFor(work, one), facts) !== null) return [];
  const { recordId: id, recordBirth: birth } = link;
  const join = { id, birth, employeeId: work.pair.employeeId, asOwner: false };
  return [{ one, join }];
}
