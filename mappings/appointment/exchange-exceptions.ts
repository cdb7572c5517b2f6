import type {
  ExchangeAppointment,
  ExchangeExceptionTarget,
  ExchangeModifiedOccurrence,
} from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import { occurrenceOn } from '../recurrence.js';
import { Untranslatable } from '../translation.js';
import type { Instant, PlainDate } from '../values.js';
import type { Appointment, SeriesException } from './appointment.js';
import { fieldsFromExchange, fieldsToExchange } from './exchange-fields.js';
import { dayOnClock, itemClock, refuseUnknownClock, spanOnClock } from './exchange-zone.js';
import type { ItemClock, WritingClock } from './exchange-zone.js';
import { exceptionOf, inOrder, patternTest } from './occurrence-fields.js';

/**
 * The exceptions of a series in Exchange: of a changed occurrence only what differs from the series (the server
 * hands it over with all its fields). Throws `Untranslatable` where one could not be read: taken for regular, its
 * change would be undone in the ERP.
 */
export function exceptionsFromExchange(
  item: ExchangeAppointment,
  master: Appointment,
  clock: ItemClock,
): readonly SeriesException[] {
  if (item.modifiedOccurrences.length + item.deletedOccurrences.length === 0) return [];
  const isInPattern = patternTest(master);
  const dayOf = (originalStart: Instant): PlainDate => originalDay(originalStart, master, clock);
  const deleted = item.deletedOccurrences
    .map(dayOf)
    .filter(isInPattern)
    .map((originalDate) => ({ originalDate, change: { kind: 'deleted' as const } }));
  const changed = item.modifiedOccurrences.map(({ originalStart, fields }) => {
    const originalDate = dayOf(originalStart);
    if (fields === null) {
      throw new Untranslatable(
        'exceptions',
        `The mailbox lists a changed occurrence of ${originalDate} and does not hand it over.`,
      );
    }
    const { body, ...others } = fieldsFromExchange(fields, clock.zone);
    return exceptionOf(
      master,
      originalDate,
      fields.bodyText === null ? others : { ...others, body },
    );
  });
  return inOrder([...deleted, ...changed]);
}

/** A write of exceptions: what Exchange shall show, on which clock, and what it has now. */
export interface ExceptionTargets {
  readonly there: Appointment;
  readonly clock: WritingClock;
  readonly current: ExchangeAppointment | null;
}

/** The whole list, each exception at the time where the pattern of `there` has it. */
export function exceptionTargets(
  { there, clock, current }: ExceptionTargets,
  context: TranslationContext,
): readonly ExchangeExceptionTarget[] {
  const had = currentByDay(current, context);
  const isAllDay = there.when.kind === 'allDay';
  return there.exceptions.map(({ originalDate, change }) => {
    const regular = occurrenceOn(there.when, originalDate);
    const originalStart = spanOnClock(regular, clock.zone).start;
    if (change.kind === 'deleted') return { originalStart, kind: 'deleted' };
    const before = had.get(originalDate)?.fields ?? null;
    const fields = fieldsToExchange(change.fields, {
      clock,
      about: there.about,
      language: context.language,
      current: { sensitivity: 'Normal', freeBusy: 'Busy', ...before, isAllDay },
    });
    return { originalStart, kind: 'changed', fields };
  });
}

/** The instant of an exception's regular start → the day that is its key (rule 15). */
function originalDay(originalStart: Instant, master: Appointment, clock: ItemClock): PlainDate {
  const date = dayOnClock(originalStart, master.when.kind === 'allDay', clock);
  if (!clock.isKnown) {
    const there = spanOnClock(occurrenceOn(master.when, date), clock.zone).start;
    if (there !== originalStart) refuseUnknownClock();
  }
  return date;
}

function currentByDay(
  current: ExchangeAppointment | null,
  context: TranslationContext,
): ReadonlyMap<PlainDate, ExchangeModifiedOccurrence> {
  if (current === null) return new Map();
  const clock = itemClock(current.startTimeZone, context);
  return new Map(
    current.modifiedOccurrences.map((occurrence) => [
      dayOnClock(occurrence.originalStart, current.isAllDay, clock),
      occurrence,
    ]),
  );
}
