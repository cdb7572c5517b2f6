import type { LinkEnd, Side } from '../ports/store.js';

/**
 * Why the engine held, ended, adopted or decided something, as the journal keeps it: short and stable. What a person
 * reads is made of it where it is shown, in the person's language.
 */
export type Reason =
  | 'recordMissing' // gone from the ERP, and nothing proves that somebody deleted it
  | 'itemMissing' // nowhere in the mailbox: archived, purged, or not readable any more
  | 'formChanged' // both sides differ, and since an upgrade or a setting nothing tells which was changed
  | 'tooMuchForEmployee' // the delete guard
  | 'tooMuchOnConnection'
  | 'changedSinceVerdict' // an administrator decided, but about another version
  | 'foundByKey' // an interrupted create had been done
  | `${Side}Wins`
  | LinkEnd;
