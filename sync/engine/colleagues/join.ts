import type { MeetingClaim, RecordFound, RecordJoin, RecordSeen } from '../../ports/erp.js';
import type { Answer } from '../../ports/failure.js';
import type { Bases, Link } from '../../ports/store.js';
import type { ItemThere, MeetingSight, Observed } from '../sights.js';
import { claimOf } from '../claim.js';
import type { Ledger } from '../ledger.js';
import { whyNoNewMeeting } from '../meetings/meeting.js';
import { NEVER_AGREED } from '../pairing/never-agreed.js';
import { basesOfNews, basesOfOrganizer } from './organizers-item.js';
import { observe } from '../observe.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { keyForRecord } from '../record-key.js';
import { EMPTY_SETTLEMENT, settleSafely } from '../settlement.js';

/**
 * One meeting is one record, however many mailboxes it lies in. Asks the ERP for the records of unlinked meetings; where the
 * employee takes part already, item and record become a link as they are: both show the meeting, each in its way, and
 * nothing is written for that. The answer has the meetings' sights in it.
 */
export async function matchMeetings<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
  ledger: Pick<Ledger, 'owe'>,
): Promise<readonly Observed<S>[]> {
  if (work.foresees !== true) await tellMeetings(work, observed, ledger);
  const { sights, matches, again } = await sightsOf(work, observed);
  for (const itemId of again) ledger.owe('exchange', itemId);
  const linked = await linkMatches(work, matches, ledger);
  return observed.map((one) => {
    const known = linked.get(one);
    if (known !== undefined) return known;
    const meeting = sights.get(one);
    return meeting === undefined ? one : { ...one, meeting };
  });
}

interface Unclaimed<S extends Shapes> {
  readonly observed: Observed<S>;
  readonly item: ItemThere<S>;
  readonly claim: MeetingClaim;
}

interface Match<S extends Shapes> extends Unclaimed<S> {
  readonly record: RecordSeen<S['record']>;
  readonly found: RecordFound;
}

interface Sights<S extends Shapes> {
  readonly sights: ReadonlyMap<Observed<S>, MeetingSight>;
  readonly matches: readonly Match<S>[];
  /** Items that the next cycle looks at again: in their way is a link that is just about to end, or a record that was not read. */
  readonly again: readonly string[];
}

async function sightsOf<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
): Promise<Sights<S>> {
  const sights = new Map<Observed<S>, MeetingSight>();
  const matches: Match<S>[] = [];
  const again: string[] = [];
  const unclaimed = observed.flatMap((one) => unclaimedOf(work, one));
  if (unclaimed.length === 0) return { sights, matches, again };
  const leaving = leavingLinks(observed);
  const { records, deleted } = await recordsOf(work, unclaimed);
  for (const one of unclaimed) {
    const known = records.get(one.claim.key);
    // restored by a person it is meant to be there; an invitation that was not connected yet is no such thing
    const isDeleted = deleted.has(one.claim.key) && one.observed.unit.link === null;
    if (known === undefined && isDeleted) sights.set(one.observed, { kind: 'deleted' });
    else if (known === undefined) sights.set(one.observed, { kind: 'first', claim: one.claim });
    else if (known.isTaken) {
      sights.set(one.observed, { kind: 'taken' });
      if (leaving.has(known.linkId ?? '')) again.push(one.item.seen.ref.id);
    } else if (wasTakenOut(work, known)) {
      sights.set(one.observed, { kind: 'takenOut' });
    } else {
      const join = joinOf(work, one, known);
      if (join !== null) sights.set(one.observed, { kind: 'join', join });
      else if (known.answer?.ok === true) {
        const { observed: match, item, claim } = one;
        matches.push({
          observed: match,
          item,
          claim,
          record: known.answer.value,
          found: known.found,
        });
        known.isTaken = true; // for a second copy in this batch
      } else {
        // a record stands for it that could not be read now: made anew, the meeting would be there twice
        sights.set(one.observed, { kind: 'taken' });
        again.push(one.item.seen.ref.id);
      }
    }
  }
  return { sights, matches, again };
}

/** Links whose items went: the organiser's next message makes the copy anew that its owner has deleted. */
function leavingLinks<S extends Shapes>(observed: readonly Observed<S>[]): ReadonlySet<string> {
  const gone = observed.filter(({ item }) => item.kind === 'deleted' || item.kind === 'elsewhere');
  return new Set(gone.flatMap(({ unit: { link } }) => link?.id ?? []));
}

function unclaimedOf<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
): readonly Unclaimed<S>[] {
  const { unit, record, item, isCopy, isTwin } = observed;
  const isFree = unit.link === null || unit.link.ended === 'deletedEverywhere';
  if (!isFree || isCopy || isTwin || item.kind !== 'there' || record.kind === 'there') return [];
  if (whyNoNewMeeting(work, observed) !== null) return [];
  const claim = claimOf(work, item);
  return claim === null ? [] : [{ observed, item, claim }];
}

interface Known<S extends Shapes> {
  readonly found: RecordFound;
  readonly answer: Answer<RecordSeen<S['record']>> | undefined;
  /** True where a live link of this pair leads to the record. */
  isTaken: boolean;
  readonly linkId: string | undefined;
  /** True where this pair has or had a link to the record. */
  readonly wasLinked: boolean;
}

async function recordsOf<S extends Shapes>(
  work: PairWork<S>,
  unclaimed: readonly Unclaimed<S>[],
): Promise<{
  readonly records: ReadonlyMap<string, Known<S>>;
  /** Keys of meetings whose records are gone. */
  readonly deleted: ReadonlySet<string>;
}> {
  const keys = [...new Set(unclaimed.map(({ claim }) => claim.key))];
  const all = await work.erp.findMeetings(keys, work.signal);
  const found = all.filter(({ exists }) => exists);
  const deleted = new Set(all.filter(({ exists }) => !exists).map(({ key }) => key));
  const records = new Map<string, Known<S>>();
  if (found.length === 0) return { records, deleted };
  const ids = found.map(({ id }) => id);
  const links = await work.store.links(work.pair.id, { recordIds: ids });
  const answers = await work.erp.read(work.pair.employeeId, ids, work.signal);
  found.forEach((one, at) => {
    const taking = links.find(
      (link) => link.ended === null && link.recordId === one.id && link.recordBirth === one.birth,
    );
    const isTaken = taking !== undefined;
    const wasLinked = links.some(
      (link) => link.recordId === one.id && link.recordBirth === one.birth,
    );
    const answer = answers[at];
    records.set(one.key, { found: one, answer, isTaken, linkId: taking?.id, wasLinked });
  });
  return { records, deleted };
}

/**
 * Exchange invited the employee with the record's own participants, and they are none of them any more: the ERP took them out
 * before their copy was linked, and the copy must not put them back (rule 9). Whoever had a link left by their own deed.
 */
function wasTakenOut<S extends Shapes>(
  { pair }: PairWork<S>,
  { found, answer, wasLinked }: Known<S>,
): boolean {
  const isOut = answer?.ok === false && answer.failure.kind === 'gone';
  return isOut && !wasLinked && found.invited?.includes(pair.employeeId) === true;
}

/**
 * The organiser owns the record. Where nobody of ours is the organiser, the first employee by id does: whose pair ran first
 * must not decide it (invariant 17). null = they take part, and the owner is the right one.
 */
function joinOf<S extends Shapes>(
  work: PairWork<S>,
  { claim }: Unclaimed<S>,
  { found, answer }: Known<S>,
): RecordJoin | null {
  const { employeeId } = work.pair;
  const entry = { id: found.id, birth: found.birth, employeeId, meeting: claim };
  if (answer?.ok !== true) {
    return answer?.failure.kind === 'gone' ? { ...entry, asOwner: claim.isOrganizer } : null;
  }
  return isRightlyTheirs(work, claim, answer.value) ? { ...entry, asOwner: true } : null;
}

function isRightlyTheirs<S extends Shapes>(
  { kind, pair: { employeeId } }: PairWork<S>,
  claim: MeetingClaim,
  { record, meeting }: RecordSeen<S['record']>,
): boolean {
  const { ownerId } = kind.recordFacts(record);
  if (ownerId === employeeId || meeting?.isOrganizers === true) return false;
  return claim.isOrganizer || employeeId < ownerId;
}

/**
 * Committed before anything is planned for them; their items get the mark with the plan. What could not be looked at once
 * more, or not be remembered, is owed: its item may be no news for weeks.
 */
async function linkMatches<S extends Shapes>(
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
      : { bases: unanswered(work, copied) };
  return { ...observed, unit: { ...unit, link: { ...unit.link, ...link } } };
}

/** What the mailbox's owner has answered before the two were linked is nowhere else: it has moved since. */
function unanswered<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  { erp, exchange }: Bases,
): Bases {
  const field = kind.meetings?.replies ?? '';
  const own = translation.meetings?.address ?? '';
  const [there, here] = [erp[field], exchange[field]];
  if (typeof here !== 'object' || here[own] === undefined) return { erp, exchange };
  const others = Object.entries(here).filter(([address]) => address !== own);
  const known = typeof there === 'object' ? there[own] : undefined;
  const before = known === undefined ? others : [...others, [own, known] as const];
  return { erp, exchange: { ...exchange, [field]: Object.fromEntries(before) } };
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

/** Tells the ERP of linked meetings that it does not know for what they are: made by us, or linked before it could know. */
async function tellMeetings<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
  ledger: Pick<Ledger, 'owe'>,
): Promise<void> {
  const due = observed.flatMap((one) => untoldOf(work, one));
  if (due.length === 0) return;
  const answers = await work.erp.join(
    work.lease,
    due.map(({ join }) => join),
    work.signal,
  );
  due.forEach(({ itemId }, at) => {
    const answer = answers[at];
    // another record stands for it: then there are two, and which is right is not ours to say
    if (answer?.ok === false && answer.failure.code !== 'meetingExists') {
      ledger.owe('exchange', itemId);
    }
  });
}

function untoldOf<S extends Shapes>(
  work: PairWork<S>,
  { unit, record, item, isCopy, isTwin }: Observed<S>,
): readonly { readonly join: RecordJoin; readonly itemId: string }[] {
  if (unit.link?.ended !== null || isCopy || isTwin) return [];
  if (record.kind !== 'there' || item.kind !== 'there') return [];
  const claim = claimOf(work, item);
  if (claim === null) return [];
  const isOwner = work.kind.recordFacts(record.seen.record).ownerId === work.pair.employeeId;
  // just connected by what they show, without a look at whose the meeting is
  const isNew = unit.link.form === NEVER_AGREED.form;
  const isHandedOver =
    record.seen.meeting !== undefined &&
    (isNew || claim.isOrganizer) &&
    isRightlyTheirs(work, claim, record.seen);
  if (record.seen.meeting !== undefined && !isHandedOver) return [];
  const { id, birth } = record.seen;
  const entry = { id, birth, employeeId: work.pair.employeeId, meeting: claim };
  return [{ join: { ...entry, asOwner: isOwner || isHandedOver }, itemId: item.seen.ref.id }];
}
