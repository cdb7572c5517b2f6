import type { MeetingClaim, RecordFound, RecordJoin, RecordSeen } from '../../ports/erp.js';
import type { Answer } from '../../ports/failure.js';
import type { MeetingSight, Observed } from '../sights.js';
import { claimOf } from '../claim.js';
import type { Ledger } from '../ledger.js';
import { whyNoNewMeeting } from '../meetings/meeting.js';
import { NEVER_AGREED } from '../pairing/never-agreed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { linkMatches } from './link-matches.js';
import type { Match, Unclaimed } from './link-matches.js';

/**
 * One meeting is one record, however many mailboxes it lies in. Asks the ERP for the records of unlinked meetings; where the
 * employee takes part already, item and record become a link, and nothing is written for that. The answer has the meetings'
 * sights in it.
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
