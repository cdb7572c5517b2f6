import type { LinkEnd, Refusal, Side } from '../ports/store.js';
import type { FrozenReason } from './unrest.js';

/**
 * Why the engine held, ended, adopted or decided something, as the journal keeps it: short and stable. What a person
 * reads is made of it where it is shown, in the person's language.
 */
export type Reason =
  | 'recordMissing' // gone from the ERP, and nothing proves that somebody deleted it
  | 'itemMissing' // nowhere in the mailbox: archived, purged, or not readable any more
  | 'formChanged' // both sides differ, and since an upgrade or a setting nothing tells which was changed
  | 'baseUnknown' // gone on one side, and nothing tells whether the other one was changed since
  | 'tooMuchForEmployee' // the delete guard
  | 'tooMuchOnConnection'
  | 'changedSinceVerdict' // an administrator decided, but about another version
  | 'pairedDiffering' // connected anew, and both sides differ: nothing tells which was changed
  | 'pairedByKey' // connected anew, by what was found to be one thing
  | 'pairedByUid'
  | 'pairedByContent'
  | 'bornByItself' // ticked off, it went on by itself on both sides, and that was connected
  | 'ambiguousTwins' // several things on the other side may be it
  | 'mailUncertain' // a write that attendees may be told of was interrupted: nobody is told again
  | 'foundByKey' // an interrupted create had been done
  | 'nobodyInvites' // a colleague's meeting whose owner's mailbox invites nobody: a copy was made
  | 'staysInvited' // taken out in the ERP, and still on Exchange's list
  | 'takenOffUntold' // taken off Exchange's list, which told nobody
  | 'attendeesUntold' // they should know of it, and Exchange cannot tell them alone
  | 'missedByOne' // an occurrence that one participant has deleted for herself
  | FrozenReason
  | `${Side}Wins`
  | OutOfScope
  | MeetingReason
  | Refusal
  | LinkEnd;

/** Why something that is not linked stays on its own side. The words are those of `abgleich why`. */
export type OutOfScope =
  | 'direction' // the pair does not travel this way
  | 'rights' // the employee may not create in the ERP
  | 'beforeSyncStart' // not changed since the start, and not part of the stock
  | 'category' // its Outlook categories leave it out
  | 'outsideWindow' // not within the days that are brought over
  | 'waitsForInvitation' // Exchange brings it to this mailbox, not we
  | 'waitsForColleague' // the organiser is synced: their pair brings it, or tells which record it is
  | 'meetingDeleted' // its record was deleted before the invitation was connected with it
  | 'recordLeftOut' // the ERP leaves out the record of this meeting
  | 'takenOutOfMeeting' // the ERP took the employee out of the record of this meeting
  | 'meetingTaken'; // the same meeting is linked already, or its owner has deleted it

/** Why a meeting, or a protected record, travels otherwise than the pair does. The words are those of the journal. */
export type MeetingReason =
  | 'recordProtected' // the ERP lets nobody change it from outside
  | 'meetingProtected' // mode protected: what Exchange changes in a meeting does not reach the ERP (feature C5)
  | 'attendeeCopy' // what an attendee changes in their copy is their own
  | 'cancelledByOrganizer'
  | 'declined'
  | 'recreatedByServer'; // Exchange made a deleted copy anew; no person restored it
