import type { TranslationContext } from '../kind.js';
import { occurrencesOf } from '../occurrences.js';
import { firstDayOf, occurrenceOn } from '../recurrence.js';
import { addDays, daysBetween, instantOf, millisecondsOf } from '../values.js';
import type { PlainDate } from '../values.js';
import { localDateOf } from '../wall-clock.js';
import type { Appointment, When } from './appointment.js';

/** The last day of a time. What ends at midnight has not begun the next day. */
export function lastDayOfTime(when: When, { zone }: TranslationContext): PlainDate {
  if (when.kind === 'allDay') return when.lastDay;
  const end = when.end === when.start ? when.end : instantOf(millisecondsOf(when.end) - 1000);
  return localDateOf(end, zone);
}

/**
 * The first day from `from` on (null = at all) on which an appointment takes place; null = it does not any more. A series
 * takes place on each day of its occurrences: moved ones count where they are now, deleted ones nowhere.
 */
export function nextDayOfAppointment(
  value: Appointment,
  from: PlainDate | null,
  context: TranslationContext,
): PlainDate | null {
  const within = (when: When): PlainDate | null => {
    const first = when.kind === 'allDay' ? when.firstDay : localDateOf(when.start, context.zone);
    const last = lastDayOfTime(when, context);
    if (from === null || first >= from) return first;
    return last >= from ? from : null;
  };
  const { series, when, exceptions } = value;
  if (series === null) return within(when);
  const changed = exceptions.flatMap(({ originalDate, change }) =>
    change.kind === 'changed' ? [change.fields.when ?? occurrenceOn(when, originalDate)] : [],
  );
  const regular = regularDays(value, from, context).map((day) => occurrenceOn(when, day));
  const days = [...changed, ...regular].map(within).filter((day) => day !== null);
  return days.sort()[0] ?? null;
}

/** Enough days that one of them is of interest, if any is: those that exceptions take away, and those that only reach into it. */
function regularDays(
  { series, when, exceptions }: Appointment,
  from: PlainDate | null,
  context: TranslationContext,
): readonly PlainDate[] {
  if (series === null) return [];
  const first = firstDayOf(when);
  const length = daysBetween(first, lastDayOfTime(when, context)) + 1;
  const taken = new Set(exceptions.map(({ originalDate }) => originalDate));
  const asked = from === null ? null : addDays(from, -length);
  return occurrencesOf(series, first)
    .dates(asked, taken.size + length + 2)
    .filter((day) => !taken.has(day));
}
