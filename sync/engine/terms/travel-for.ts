import type { Link } from '../../ports/store.js';
import { contentTravel } from './content-travel.js';
import { meetingTravel } from '../meetings/meeting.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Observed } from '../sights.js';
import { travelOf } from './travel.js';
import type { Travel } from './travel.js';

/** The terms of one record: those of the pair, unless it has some of its own. A link is given where it has one. */
export function travelFor<S extends Shapes>(
  work: PairWork<S>,
  observed: Pick<Observed<S>, 'record' | 'item'>,
  link: Link | null = null,
): Travel {
  const own = travelOf(work.pair.policy);
  const fields = contentTravel(work, observed, link, own.fields);
  return meetingTravel(work, observed, link, { ...own, fields });
}
