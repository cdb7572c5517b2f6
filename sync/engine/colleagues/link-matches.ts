import type { MeetingClaim, RecordFound, RecordSeen } from '../../ports/erp.js';
import type { Link } from '../../ports/store.js';
import type { ItemThere, Observed } from '../sights.js';
import type { Ledger } from '../ledger.js';
import { observe } from '../observe.js';
import { NEVER_AGREED } from '../pairing/never-agreed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { keyForRecord } from '../record-key.js';
import { EMPTY_SETTLEMENT, settleSafely } from '../settlement.js';
import { basesOfNews, basesOfOrganizer } from './organizers-item.js';

/** A meeting in this mailbox that is in no link yet. */
export interface Unclaimed<S extends Shapes> {
  readonly observed: Observed<S>;
  readonly item: ItemThere<S>;
  readonly claim: MeetingClaim;
}

/** The same, with the record in which the employee takes part. */
export interface Match<S extends Shapes> extends Unclaimed<S> {
  readonly record: RecordSeen<S['record']>;
  readonly found: RecordFound;
}
/**
 * Committed before anything is planned for them; their items get the mark with the plan. What could not be looked at once
 * more, or not be remembered, is owed: its item may be no news for weeks.
 */
export async function linkMatches<S extends Shapes>(
  work: PairWork<S>,
  matches: readonly Match<S>[],
  ledger: Pick<Ledger, 'owe'>,
): Promise<ReadonlyMap<Observed<S>, Observed<S>>> {
  const outcome = new Map<Observed<S>, Observed<S>>();
  if (matches.length === 0) return outcome;
  const units = matches.map(({ observed: { unit }, item, record }) => ({
    ...unit,
    link: newLink(work, item, record),
    recordId: record.id,
    recordNews: null,
    open: [],
    landedVersion: null,
  }));
  const again = await observe(work, units);
  const agreed = again.map((one, at) => withBases(work, one, matches[at]));
  const links = agreed.flatMap((one) => one?.unit.link ?? []);
  const refused = new Set((await rememberLinks(work, links)).map(({ id }) => id));
  matches.forEach(({ observed, item }, at) => {
    const one = agreed[at] ?? null;
    if (one !== null && !refused.has(one.linkId)) {
      outcome.set(observed, one);
      return;
    }
    const isLeftOut = again[at]?.record.kind === 'outOfScope';
    outcome.set(observed, { ...observed, meeting: { kind: isLeftOut ? 'leftOut' : 'taken' } });
    if (one !== null || isUnread(again[at])) ledger.owe('exchange', item.seen.ref.id);
  });
  return outcome;
}

function newLink<S extends Shapes>(
  work: PairWork<S>,
  { seen }: ItemThere<S>,
  record: RecordSeen<S['record']>,
): Link {
  return {
    ...NEVER_AGREED,
    id: work.chance.key(),
    key: keyForRecord(work, record.birth),
    recordId: record.id,
    recordBirth: record.birth,
    itemId: seen.ref.id,
    uid: work.kind.itemFacts(seen.item).uid,
    form: work.kind.form(work.translation),
  };
}

/**
 * In an attendee's mailbox what each side shows counts as what it showed when they agreed: the organiser's messages, and the
 * record, come to it in their own ways. Of a meeting that nobody of ours called together they come by such copies alone; see
 * `basesOfNews`. The organiser's own item is the meeting; see `basesOfOrganizer`. null = the record is none of this pair's
 * business.
 */
function withBases<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  match: Match<S> | undefined,
): Observed<S> | null {
  const { unit, record, item } = observed;
  if (unit.link === null || record.kind !== 'there' || item.kind !== 'there') return null;
  const shown = { erp: record.shown.base, exchange: item.shown.base };
  const isUntouched = record.seen.version === match?.found.version;
  const isForeign = record.seen.meeting?.isOrganizers === false;
  const copied = isForeign && isUntouched ? basesOfNews(work.kind, shown) : shown;
  const link =
    match?.claim.isOrganizer === true
      ? basesOfOrganizer(work.kind, shown, isUntouched)
      : { bases: copied };
  return { ...observed, unit: { ...unit, link: { ...unit.link, ...link } } };
}

function isUnread<S extends Shapes>(again: Observed<S> | undefined): boolean {
  return again?.record.kind === 'unknown' || again?.item.kind === 'unknown';
}

async function rememberLinks<S extends Shapes>(
  work: PairWork<S>,
  links: readonly Link[],
): Promise<readonly Link[]> {
  if (links.length === 0 || work.foresees === true) return [];
  const at = work.clock.now();
  return settleSafely(work, {
    ...EMPTY_SETTLEMENT,
    links,
    journal: links.map(({ recordId, itemId }) => ({
      ...{ at, event: 'linked', side: 'exchange', recordId, itemId },
      ...{ fields: [], losses: [], detail: 'pairedByUid' },
    })),
  });
}
