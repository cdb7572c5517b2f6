import type { Recurrence } from '../simulators/mailbox/properties.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { isMaster, liveOccurrences } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import type { Random } from '../simulators/random.js';
import { whenOf } from './erp-hand.js';

/** An hour later. */
export function laterTimes({ start, end }: { readonly start: number; readonly end: number }): {
  readonly Start: string;
  readonly End: string;
} {
  const later = (at: number): string => new Date(at + 3_600_000).toISOString();
  return { Start: later(start), End: later(end) };
}

export function timesOf(number: number): { readonly Start: string; readonly End: string } {
  const when = whenOf(number);
  if (when.kind !== 'timed') throw new Error('not all-day');
  return { Start: when.startsAt, End: when.endsAt };
}

const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

export function weekly(start: number, random: Random): Recurrence {
  const day = WEEKDAYS[new Date(start).getUTCDay()] ?? 'Monday';
  return {
    pattern: { kind: 'WeeklyRecurrence', Interval: random.between(1, 2), DaysOfWeek: [day] },
    range: {
      kind: 'NumberedRecurrence',
      StartDate: new Date(start).toISOString().slice(0, 10),
      NumberOfOccurrences: random.between(5, 12),
    },
  };
}

export function someOccurrence(
  mailbox: Mailbox,
  item: StoredItem,
  random: Random,
): { readonly id: string; readonly start: number; readonly end: number } | null {
  if (!isMaster(item)) return null;
  const some = [];
  for (const occurrence of liveOccurrences(item, 1)) {
    some.push(occurrence);
    if (some.length === 6) break;
  }
  if (some.length === 0) return null;
  const { day, start, end } = random.oneOf(some);
  return { id: occurrenceId(item, day, mailbox), start, end };
}
