import type { Instant } from '../../../mappings/values.js';
import { instantOf, millisecondsOf } from '../../../mappings/values.js';
import { localDateOf } from '../../../mappings/wall-clock.js';
import { doesInvite } from '../../ports/pair.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { ItemThere, RecordThere } from '../sights.js';

/** Whether Exchange brings a colleague's meeting to this mailbox. */
export type Invitation =
  | { readonly kind: 'sent' }
  /** The owner's mailbox will invite, as long as it is synced: `lookAgain` is when that is asked once more. */
  | { readonly kind: 'willCome'; readonly lookAgain: Instant }
  /** Meetings are real here, and yet the owner's mailbox invites nobody: a copy it is. */
  | { readonly kind: 'willNotCome' };

/** How it stands with the invitation to a record that is not in this mailbox; null = it needs none. */
export function invitationTo<S extends Shapes>(
  { pair, kind, clock }: PairWork<S>,
  { seen: { meeting, record } }: RecordThere<S>,
): Invitation | null {
  if (meeting?.invited.includes(pair.employeeId) === true) return { kind: 'sent' };
  const { ownerId, isMeeting = false } = kind.recordFacts(record);
  if (!isMeeting || ownerId === pair.employeeId || !doesInvite(pair.policy)) return null;
  const doesOwnerInvite = pair.inviters?.some(({ employeeId }) => employeeId === ownerId) === true;
  if (!doesOwnerInvite) return { kind: 'willNotCome' };
  const lookAgain = instantOf(millisecondsOf(clock.now()) + LOOK_AGAIN_MS);
  return { kind: 'willCome', lookAgain };
}

/** Whoever invites may be switched off, or leave, while others wait. */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * When to look again at an invitation whose meeting no record stands for: a colleague's mailbox that made it of a record
 * tells the ERP so a moment later, and until then it would be made there a second time (rule 10). null = it is new. Not
 * for ever, since what the colleague keeps private never gets a record of theirs.
 */
export function waitsForColleague<S extends Shapes>(
  { pair, kind, clock }: PairWork<S>,
  { seen: { item } }: ItemThere<S>,
): Instant | null {
  const { isOrganizer, organizer = null, lastModified } = kind.itemFacts(item);
  if (isOrganizer || !doesInvite(pair.policy)) return null;
  const isColleague = (pair.inviters ?? []).some(
    ({ employeeId, address }) =>
      employeeId !== pair.employeeId &&
      (address === null || organizer === null || address === organizer),
  );
  const now = millisecondsOf(clock.now());
  const since = lastModified === null ? now : millisecondsOf(lastModified);
  return isColleague && now < since + PATIENCE_MS ? instantOf(now + MOMENT_MS) : null;
}

const MOMENT_MS = 60_000;
const PATIENCE_MS = 86_400_000;

/**
 * When to look again at a meeting that is not connected and that we bring to the ERP by no means: the record of a colleague
 * may come, or come back, at any time, and nothing tells which item it belongs to. Ever more rarely, once a day in the end.
 * null = it is over.
 */
export function lookAgainAt<S extends Shapes>(
  { kind, clock, translation }: PairWork<S>,
  { seen: { item }, shown }: ItemThere<S>,
): Instant | null {
  const { lastModified } = kind.itemFacts(item);
  const now = clock.now();
  const lastDay = kind.lastDay(shown.value, translation);
  const isOver = lastDay !== null && lastDay < localDateOf(now, translation.zone);
  if (isOver) return null;
  const at = millisecondsOf(now);
  const age = lastModified === null ? PATIENCE_MS : at - millisecondsOf(lastModified);
  return instantOf(at + Math.min(Math.max(age, MOMENT_MS), PATIENCE_MS));
}
