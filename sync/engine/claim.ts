import type { MeetingClaim } from '../ports/erp.js';
import { meetingKey } from './meetings/meeting-key.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { ItemThere } from './sights.js';

/** The meeting that an item is, as the ERP is told of it; null = it is none. */
export function claimOf<S extends Shapes>(
  { kind }: PairWork<S>,
  item: ItemThere<S>,
): MeetingClaim | null {
  const { meeting = null, isOrganizer } = kind.itemFacts(item.seen.item);
  return meeting === null ? null : { key: meetingKey(meeting), isOrganizer };
}
