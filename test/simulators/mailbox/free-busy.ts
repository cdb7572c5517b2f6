import type { Mailbox } from './mailbox.js';
import type { LegacyFreeBusyStatus } from './properties.js';
import { isMaster, occurrencesBetween, overlaps } from './series.js';
import type { ItemView } from './view.js';
import { MINUTE } from './zones.js';

/** A stretch of time in which somebody is something other than free. */
export interface BusyTime {
  readonly start: number;
  readonly end: number;
  readonly status: LegacyFreeBusyStatus;
  readonly view: ItemView;
}

/** What fills a calendar between two instants, in the order of its start; series expanded, free time left out. */
export function busyTimes(mailbox: Mailbox, from: number, to: number): BusyTime[] {
  const views: ItemView[] = [];
  for (const item of mailbox.folder('calendar').items.values()) {
    if (isMaster(item)) {
      for (const one of occurrencesBetween(item, from, to)) views.push(mailbox.viewOf(item, one));
    } else {
      const { Start: start = 0, End: end = 0 } = item.properties;
      if (overlaps({ start, end }, from, to)) views.push(mailbox.viewOf(item));
    }
  }
  return views
    .map(busyTimeOf)
    .filter(({ start, end, status }) => status !== 'Free' && start < to && end > from)
    .sort((left, right) => left.start - right.start);
}

/** One digit per interval: the strongest status that touches it (D:mergedfreebusy). */
export function mergedFreeBusy(
  busy: readonly BusyTime[],
  { from, to, minutes }: { readonly from: number; readonly to: number; readonly minutes: number },
): string {
  let digits = '';
  for (let at = from; at < to; at += minutes * MINUTE) {
    const until = Math.min(at + minutes * MINUTE, to);
    const touching = busy.filter(({ start, end }) => start < until && end > at);
    digits += String(Math.max(0, ...touching.map(({ status }) => DIGIT[status])));
  }
  return digits;
}

const DIGIT: Record<LegacyFreeBusyStatus, number> = {
  Free: 0,
  Tentative: 1,
  Busy: 2,
  OOF: 3,
  WorkingElsewhere: 4,
  NoData: 4,
};

function busyTimeOf(view: ItemView): BusyTime {
  const { Start: start = 0, End: end = 0, LegacyFreeBusyStatus: status = 'Busy' } = view.properties;
  return { start, end, status, view };
}
