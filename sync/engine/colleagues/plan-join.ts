import type { Decision } from '../decision.js';
import type { ItemThere, Observed } from '../sights.js';
import { invitationTo, lookAgainAt, waitsForColleague } from '../meetings/invitation.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { ignored, scopeFacts, whyNotToErp } from '../terms/scope.js';
import { travelFor } from '../terms/travel-for.js';

/** What is not linked and belongs to a meeting of several mailboxes (rule 10); null = as any other. */
export function decideShared<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
): Decision<S> | null {
  const { meeting, item } = observed;
  if (meeting === undefined || item.kind !== 'there') return waitForInvitation(work, observed);
  switch (meeting.kind) {
    case 'first': {
      const until = waitsForColleague(work, item);
      if (until !== null) return { kind: 'ignore', why: 'waitsForColleague', until };
      return whyNotBrought(work, observed, item);
    }
    case 'join':
      return (
        whyNotBrought(work, observed, item) ?? { kind: 'joinRecord', item, join: meeting.join }
      );
    case 'deleted':
      return { kind: 'ignore', why: 'meetingDeleted', until: lookAgainAt(work, item) };
    case 'leftOut':
      return { kind: 'ignore', why: 'recordLeftOut', until: lookAgainAt(work, item) };
    case 'takenOut':
      return { kind: 'ignore', why: 'takenOutOfMeeting', until: lookAgainAt(work, item) };
    case 'taken':
      return { kind: 'ignore', why: 'meetingTaken', until: null };
  }
}

/** Joining changes the record: what may not be made in the ERP is not joined there either. */
function whyNotBrought<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  item: ItemThere<S>,
): Decision<S> | null {
  const { lastModified, categories } = work.kind.itemFacts(item.seen.item);
  const facts = scopeFacts(work, item.shown.value, lastModified);
  const why = whyNotToErp(work.pair.policy, travelFor(work, observed), { ...facts, categories });
  if (why === null) return null;
  const stays = ignored(why, facts);
  // what this mailbox itself called together becomes nobody else's record
  const mayCome = !work.kind.itemFacts(item.seen.item).isOrganizer;
  return { ...stays, until: stays.until ?? (mayCome ? lookAgainAt(work, item) : null) };
}

/**
 * A record whose meeting comes to this mailbox from Exchange is never made here: the invitation would lie beside it. Who
 * was added in the ERP alone, and was not invited, gets a copy as ever; so does everybody where no invitation will come.
 */
function waitForInvitation<S extends Shapes>(
  work: PairWork<S>,
  { unit, record, item }: Observed<S>,
): Decision<S> | null {
  if (unit.link !== null || record.kind !== 'there' || item.kind !== 'none') return null;
  const invitation = invitationTo(work, record);
  if (invitation === null || invitation.kind === 'willNotCome') return null;
  const until = invitation.kind === 'willCome' ? invitation.lookAgain : null;
  return { kind: 'ignore', why: 'waitsForInvitation', until };
}
