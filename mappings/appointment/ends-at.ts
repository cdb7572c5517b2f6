import type { TranslationContext } from '../kind.js';
import { lastOccurrenceDate } from '../occurrences.js';
import { firstDayOf, occurrenceOn } from '../recurrence.js';
import type { Instant } from '../values.js';
import type { Appointment, When } from './appointment.js';
import { spanOnClock } from './exchange-zone.js';

/** When the last of it is over; null = it never ends. Days end at midnight in the zone of the mailbox. */
export function endOfAppointment(value: Appointment, context: TranslationContext): Instant | null {
  const { series, when } = value;
  const endOf = (one: When): Instant => spanOnClock(one, context.zone).end;
  if (series === null) return endOf(when);
  const last = lastOccurrenceDate(series, firstDayOf(when));
  if (last === null) return null;
  const moved = value.exceptions.flatMap(({ change }) =>
    change.kind === 'changed' && change.fields.when !== undefined ? [change.fields.when] : [],
  );
  return [occurrenceOn(when, last), ...moved]
    .map(endOf)
    .reduce((latest, end) => (end > latest ? end : latest));
}
