import { keysOf } from '../keys.js';
import { firstDayOf, occurrenceOn } from '../recurrence.js';
import { occurrencesOf } from '../occurrences.js';
import { Untranslatable } from '../translation.js';
import { millisecondsOf } from '../values.js';
import type { PlainDate } from '../values.js';
import type { Appointment, OccurrenceFields, SeriesException, When } from './appointment.js';
import { FIELD_TEXTS } from './canonical.js';

/** The occurrence that the pattern has on a day, with all its fields. */
export function regularOccurrence(master: OccurrenceFields, date: PlainDate): OccurrenceFields {
  const { subject, location, body, isPrivate, showAs, reminder, importance } = master;
  const when = occurrenceOn(master.when, date);
  return { subject, when, location, body, isPrivate, showAs, reminder, importance };
}

/** Those fields of an occurrence that are not as the pattern has them; what `own` leaves out is as in the pattern. */
export function ownFields(
  own: Partial<OccurrenceFields>,
  regular: OccurrenceFields,
): Partial<OccurrenceFields> {
  const found: Writable = {};
  for (const field of keysOf(regular)) keepWhereOwn(field, own[field], regular[field], found);
  return found;
}

/** The exception that a changed occurrence is; null where nothing about it differs from the series. */
export function exceptionOf(
  master: OccurrenceFields,
  originalDate: PlainDate,
  own: Partial<OccurrenceFields>,
): SeriesException | null {
  const fields = ownFields(own, regularOccurrence(master, originalDate));
  if (keysOf(fields).length === 0) return null;
  return { originalDate, change: { kind: 'changed', fields } };
}

/** The exceptions in their order, one per day; of two for one day the first one counts. */
export function inOrder(
  exceptions: readonly (SeriesException | null)[],
): readonly SeriesException[] {
  const byDate = new Map<PlainDate, SeriesException>();
  for (const exception of exceptions) {
    if (exception !== null && !byDate.has(exception.originalDate)) {
      byDate.set(exception.originalDate, exception);
    }
  }
  return [...byDate.values()].sort((a, b) => (a.originalDate < b.originalDate ? -1 : 1));
}

/** Whether the pattern of a value has an occurrence on a day; false for what is no series. */
export function patternTest({
  when,
  series,
}: Pick<Appointment, 'when' | 'series'>): (date: PlainDate) => boolean {
  if (series === null) return () => false;
  const days = occurrencesOf(series, firstDayOf(when));
  return (date) => days.indexOf(date) !== null;
}

/** Refuses a time that ends before it begins; neither side can mean that. */
export function checkedWhen(when: When): When {
  const isBackward =
    when.kind === 'allDay'
      ? when.lastDay < when.firstDay
      : millisecondsOf(when.end) < millisecondsOf(when.start);
  if (isBackward) {
    throw new Untranslatable('when', {
      de: 'Der Termin endet, bevor er beginnt.',
      en: 'The appointment ends before it begins.',
    });
  }
  return when;
}

type Writable = { -readonly [F in keyof OccurrenceFields]?: OccurrenceFields[F] };

function keepWhereOwn<F extends keyof OccurrenceFields>(
  field: F,
  own: OccurrenceFields[F] | undefined,
  regular: OccurrenceFields[F],
  found: Writable,
): void {
  if (own === undefined) return;
  const textOf = FIELD_TEXTS[field];
  if (textOf(own) !== textOf(regular)) found[field] = own;
}
