import { keysOf } from '../../../mappings/keys.js';
import type { Base, Bases, Link } from '../../ports/store.js';
import { NEVER_AGREED } from '../pairing/never-agreed.js';
import type { KindOf, Shapes } from '../pair-work.js';

/**
 * The form of links between an organiser's item and a record that a colleague's pair had made of its copy, until both agree:
 * what the item says is taken over like anything new, also in mode protected.
 */
const TAKEN_OVER = 'takenOver';

/** Whether the organiser's item is about to be taken over into a record that a copy of it had made. */
export function isTakenOver({ form }: Pick<Link, 'form'>): boolean {
  return form === TAKEN_OVER;
}

/**
 * What an organiser's item and the record of its meeting are compared with when they are linked. A record that nobody but us
 * has changed since a colleague's copy made it knows nothing better than the item: the item has moved wherever the two differ,
 * and the ERP has moved in what only it knows. Somebody's edits in the ERP must not be overwritten by that, nor pass for
 * agreed and never reach the organiser: then nothing is known of when both agreed, and what differs waits for somebody to
 * decide (rule 7).
 */
export function basesOfOrganizer<S extends Shapes>(
  kind: KindOf<S>,
  { erp, exchange }: Bases,
  isUntouched: boolean,
): Pick<Link, 'bases' | 'form'> {
  if (!isUntouched) return { bases: NEVER_AGREED.bases, form: NEVER_AGREED.form };
  const bases: Record<'erp' | 'exchange', Record<string, Base[string]>> = { erp: {}, exchange: {} };
  for (const field of keysOf(kind.rules)) {
    const { direction } = kind.rules[field];
    const isErps = direction === 'both' || direction === 'toErp';
    const before = isErps ? erp[field] : exchange[field];
    const ofErp = direction === 'off' ? erp[field] : before;
    if (ofErp !== undefined) bases.erp[field] = ofErp;
    if (before !== undefined) bases.exchange[field] = before;
  }
  return { bases, form: TAKEN_OVER };
}

/**
 * A copy of a meeting whose organiser is not ours, and the record that another copy made, which nobody but us has changed: where
 * they differ, the organiser has told this copy something since. What is each attendee's own, and who is on the list, is left
 * out of that.
 */
export function basesOfNews<S extends Shapes>(kind: KindOf<S>, { erp, exchange }: Bases): Bases {
  const { meetings } = kind;
  const apart: readonly string[] = [
    ...(meetings?.own ?? []),
    ...(meetings === undefined ? [] : [meetings.attendees, meetings.replies]),
  ];
  const before: Record<string, Base[string]> = { ...exchange };
  for (const field of keysOf(kind.rules)) {
    const state = erp[field];
    const isTold = kind.rules[field].direction === 'both' || field === meetings?.sentAt;
    if (isTold && state !== undefined && !apart.includes(field)) before[field] = state;
  }
  return { erp, exchange: before };
}
