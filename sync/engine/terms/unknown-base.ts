import type { Link } from '../../ports/store.js';

/**
 * The form of links whose mailbox was left for an empty one, or came from a backup, as an administrator has confirmed: an
 * item that is nowhere is made anew there. db/repair.ts writes it; links whose bases are unknown for another reason have ''
 * or an older form. Not the same for the ERP: every participant's item would make the record that all of them lost.
 */
const MAKE_ANEW = 'makeAnew';

/** Whether an item that is missing, without a proof that somebody deleted it, is made anew. */
export function isMadeAnew({ form }: Link): boolean {
  return form === MAKE_ANEW;
}

/** Connected anew: what the sides showed when they last agreed is not known, and an empty base must not pass for it. */
export function isBaseUnknown(link: Link): boolean {
  return link.form === '' || isMadeAnew(link);
}
