import type { Direction } from '../../../mappings/field-rules.js';
import { keysOf } from '../../../mappings/keys.js';
import type { Link } from '../../ports/store.js';
import type { Observed } from '../sights.js';
import { isTakenOver } from '../colleagues/organizers-item.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { MeetingReason } from '../reasons.js';
import type { Travel } from '../terms/travel.js';

type Sides<S extends Shapes> = Pick<Observed<S>, 'record' | 'item'>;

/**
 * The way of one record where it is protected or a meeting.
 *
 *                        mode protected                      mode full
 *   this mailbox invites ERP → Exchange; replies to the ERP  as the pair
 *   an attendee's copy   replies to the ERP                  what the organiser sent, and replies, to the ERP
 *
 * A protected record is never changed or deleted by Exchange. A meeting that is not linked yet is taken over like
 * anything new; so is the change that makes a meeting of an appointment. Of an attendee's copy, reminder, show-as and
 * privacy belong to its owner: they are the record's only where that is the record's owner too.
 */
export function meetingTravel<S extends Shapes>(
  work: PairWork<S>,
  sides: Sides<S>,
  link: Link | null,
  pair: Travel,
): Travel {
  const { record } = sides;
  const facts = record.kind === 'there' ? work.kind.recordFacts(record.seen.record) : null;
  if (facts?.isPutBack === true) {
    return towardsExchange({ ...pair, enforce: true, fields: {} }, 'recordProtected');
  }
  if (facts?.isProtected === true) return towardsExchange(pair, 'recordProtected');
  const { meetings } = work.kind;
  if (link === null || isTakenOver(link)) return pair;
  if (meetings === undefined || !isMeeting(work, sides, link)) return pair;
  const isProtected = work.pair.policy.options.meetings === 'protected';
  const travel = isAttendeeCopy(work, sides, link) ? copyTravel(work, sides, link, pair) : pair;
  if (!isProtected) return travel;
  const replies = { [meetings.replies]: pair.direction };
  return { ...towardsExchange(travel, 'meetingProtected'), exempt: replies };
}

function towardsExchange(travel: Travel, why: MeetingReason): Travel {
  const narrowed = travel.direction === 'both' || travel.direction === 'toExchange';
  return { ...travel, direction: narrowed ? 'toExchange' : 'off', why: travel.why ?? why };
}

/** Whether it was a meeting already when both sides last agreed: what becomes one is taken over as something new. */
function isMeeting<S extends Shapes>(
  work: PairWork<S>,
  { record, item }: Sides<S>,
  link: Link,
): boolean {
  const { meetings } = work.kind;
  if (meetings === undefined) return false;
  if (record.kind === 'there' && work.kind.recordFacts(record.seen.record).isMeeting === true)
    return true;
  const isOne =
    item.kind === 'there' ? work.kind.itemFacts(item.seen.item).isMeeting === true : null;
  if (isOne === false) return false;
  const before = link.bases.exchange[meetings.isMeeting];
  if (before === undefined) return isOne === true;
  return before === work.fingerprinter.of(link.id, meetings.isMeeting, 'true');
}

/** Whether somebody else invited; of an item that is gone only the base can tell. */
export function isAttendeeCopy<S extends Shapes>(
  work: PairWork<S>,
  { item }: Pick<Sides<S>, 'item'>,
  link: Link,
): boolean {
  if (item.kind === 'there') return !work.kind.itemFacts(item.seen.item).isOrganizer;
  return item.kind === 'deleted' && wasAttendeeCopy(work, link);
}

/** Told by the last message of the organiser that it showed. */
export function wasAttendeeCopy<S extends Shapes>(work: PairWork<S>, link: Link): boolean {
  const { meetings } = work.kind;
  const before = meetings === undefined ? undefined : link.bases.exchange[meetings.sentAt];
  if (meetings === undefined || before === undefined) return false;
  return before !== work.fingerprinter.of(link.id, meetings.sentAt, '');
}

function copyTravel<S extends Shapes>(
  work: PairWork<S>,
  sides: Sides<S>,
  link: Link,
  pair: Travel,
): Travel {
  const { rules, meetings } = work.kind;
  const shared: Direction = isNewsOfOrganizer(work, sides, link) ? 'toErp' : 'off';
  const own = ownsRecord(work, sides) ? undefined : ('off' as const);
  const fields: Record<string, Direction> = { ...pair.fields };
  for (const field of keysOf(rules)) {
    if (field === meetings?.replies || field === meetings?.sentAt) continue;
    const ways = meetings?.own.some((one) => one === field) === true ? own : shared;
    if (ways !== undefined) fields[field] = narrower(pair.fields[field], ways);
  }
  const { item } = sides;
  const isOff = item.kind === 'there' && work.kind.itemFacts(item.seen.item).isCancelled === true;
  return { ...pair, fields, why: isOff ? 'cancelledByOrganizer' : 'attendeeCopy' };
}

function narrower(chosen: Direction | undefined, ways: 'toErp' | 'off'): Direction {
  return chosen === undefined || chosen === 'both' || chosen === ways ? ways : 'off';
}

/** The organiser sent something since both sides last agreed, and it is no cancellation. */
function isNewsOfOrganizer<S extends Shapes>(
  work: PairWork<S>,
  { record, item }: Sides<S>,
  link: Link,
): boolean {
  const { meetings } = work.kind;
  if (
    item.kind !== 'there' ||
    meetings === undefined ||
    isBroughtByOrganizer(work, { record, item })
  )
    return false;
  if (work.kind.itemFacts(item.seen.item).isCancelled === true) return false;
  const before = link.bases.exchange[meetings.sentAt];
  return before !== undefined && before !== item.shown.base[meetings.sentAt];
}

/**
 * The organiser is a colleague whose mailbox brings what they change: the record is theirs, or it invites. Their messages show
 * a copy what was true while they were sent: half of a series that we are in the middle of writing, or what the ERP has
 * overruled since.
 */
function isBroughtByOrganizer<S extends Shapes>(
  { kind, pair }: PairWork<S>,
  { record, item }: Sides<S>,
): boolean {
  if (record.kind !== 'there' || item.kind !== 'there') return false;
  const { ownerId } = kind.recordFacts(record.seen.record);
  if (record.seen.meeting?.isOrganizers === true && ownerId !== pair.employeeId) return true;
  const { organizer = null } = kind.itemFacts(item.seen.item);
  return (pair.inviters ?? []).some(({ employeeId, address }) => {
    const isTheirs = organizer === null || address === null || address === organizer;
    return employeeId !== pair.employeeId && employeeId === ownerId && isTheirs;
  });
}

/** Whether the employee whose mailbox this is owns the record. */
export function ownsRecord<S extends Shapes>(
  work: PairWork<S>,
  { record }: Pick<Sides<S>, 'record'>,
): boolean {
  if (record.kind !== 'there') return false;
  return work.kind.recordFacts(record.seen.record).ownerId === work.pair.employeeId;
}

/**
 * The organiser called it off. In mode full that deletes the record, where it is the employee's own: a meeting of a
 * colleague's is the colleague's pair's business.
 */
export function isCalledOff<S extends Shapes>(work: PairWork<S>, sides: Sides<S>): boolean {
  if (sides.item.kind !== 'there' || work.pair.policy.options.meetings !== 'full') return false;
  return work.kind.itemFacts(sides.item.seen.item).isCancelled === true && ownsRecord(work, sides);
}

/** Why an item that is not linked is no new meeting; null = it is, or it is none at all. */
export function whyNoNewMeeting<S extends Shapes>(
  work: PairWork<S>,
  { item, isRecreated }: Pick<Observed<S>, 'item' | 'isRecreated'>,
): MeetingReason | null {
  if (item.kind !== 'there') return null;
  const { isCancelled, answer } = work.kind.itemFacts(item.seen.item);
  if (isCancelled === true) return 'cancelledByOrganizer';
  if (answer === 'declined') return 'declined';
  return isRecreated ? 'recreatedByServer' : null;
}
