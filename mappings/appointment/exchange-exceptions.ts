import type {
  ExchangeAppointment,
  ExchangeExceptionTarget,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
} from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import { occurrenceOn } from '../recurrence.js';
import { Untranslatable } from '../translation.js';
import type { Instant, PlainDate } from '../values.js';
import type { Appointment, SeriesException } from './appointment.js';
import { discreetOccurrence, isDiscreet } from './discreet.js';
import { fieldsFromExchange, fieldsToExchange } from './exchange-fields.js';
import { dayOnClock, itemClock, refuseUnknownClock, spanOnClock } from './exchange-zone.js';
import type { ItemClock, WritingClock } from './exchange-zone.js';
import {
  keptInExchange,
  secretsOf,
  untoldFields,
  withoutSecrets,
  withoutUntold,
} from './occurrence-content.js';
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
  context: TranslationContext,
): readonly SeriesException[] {
  if (item.modifiedOccurrences.length + item.deletedOccurrences.length === 0) return [];
  const isInPattern = patternTest(master);
  const untold = untoldFields('reading', context);
  const dayOf = (originalStart: Instant): PlainDate => originalDay(originalStart, master, clock);
  const deleted = item.deletedOccurrences
    .map(dayOf)
    .filter(isInPattern)
    .map((originalDate) => ({ originalDate, change: { kind: 'deleted' as const } }));
  const changed = item.modifiedOccurrences.map(({ originalStart, fields, isCancelled }) => {
    const originalDate = dayOf(originalStart);
    // what its organiser called off does not take place, though it is still shown
    if (isCancelled === true) return { originalDate, change: { kind: 'deleted' as const } };
    if (fields === null) {
      throw new Untranslatable('exceptions', {
        de: `Das Postfach nennt einen geänderten Einzeltermin am ${originalDate} und gibt ihn nicht heraus.`,
        en: `The mailbox lists a changed occurrence of ${originalDate} and does not hand it over.`,
      });
    }
    const { body, ...others } = fieldsFromExchange(fields, clock.zone);
    const own = fields.bodyText === null ? others : { ...others, body };
    return exceptionOf(
      master,
      originalDate,
      withoutUntold(discreetOccurrence(own, master, context), untold),
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
  write: ExceptionTargets,
  context: TranslationContext,
): readonly ExchangeExceptionTarget[] {
  const { there, clock, current } = write;
  const had = occurrencesByDay(current, context);
  const isAllDay = there.when.kind === 'allDay';
  const wanted = there.exceptions.map(({ originalDate, change }): ExchangeExceptionTarget => {
    const originalStart = startOn(write, originalDate);
    if (change.kind === 'deleted') return { originalStart, kind: 'deleted' };
    const before = had.get(originalDate)?.fields ?? null;
    const fields = fieldsToExchange(change.fields, {
      clock,
      about: there.about,
      language: context.language,
      current: { sensitivity: 'Normal', freeBusy: 'Busy', ...before, isAllDay },
    });
    const kept = keptOf(before, current, context);
    const own = isDiscreet(change.fields, context) ? secretsOf(before) : null;
    if (own === null) return { originalStart, kind: 'changed', fields: { ...fields, ...kept } };
    return { originalStart, kind: 'changed', fields: withoutSecrets(fields), own };
  });
  return [...wanted, ...keptAlone(write, had, context), ...offPattern(write)].sort((a, b) =>
    a.originalStart < b.originalStart ? -1 : 1,
  );
}

/**
 * A server may keep what was deleted when an end was moved before it: asked for again, it would be refused for ever. Its day is
 * the one on which it will be read, on the clock that the item has after this write.
 */
function offPattern({
  there,
  clock,
  current,
}: ExceptionTargets): readonly ExchangeExceptionTarget[] {
  if (current === null || current.deletedOccurrences.length === 0) return [];
  const isInPattern = patternTest(there);
  const isAllDay = there.when.kind === 'allDay';
  return current.deletedOccurrences
    .filter((start) => !isInPattern(dayOnClock(start, isAllDay, { ...clock, isKnown: true })))
    .map((originalStart) => ({ originalStart, kind: 'offPattern' }));
}

/** Occurrences that differ from the series only in what is none of our business. */
function keptAlone(
  write: ExceptionTargets,
  had: ReadonlyMap<PlainDate, ExchangeModifiedOccurrence>,
  context: TranslationContext,
): readonly ExchangeExceptionTarget[] {
  if (untoldFields('exchange', context).length === 0) return [];
  const { there, current } = write;
  const isInPattern = patternTest(there);
  const named = new Set(there.exceptions.map(({ originalDate }) => originalDate));
  return [...had].flatMap(([day, { fields: before }]): readonly ExchangeExceptionTarget[] => {
    const fields = keptOf(before, current, context);
    if (named.has(day) || !isInPattern(day) || Object.keys(fields).length === 0) return [];
    return [{ originalStart: startOn(write, day), kind: 'changed', fields }];
  });
}

function keptOf(
  before: ExchangeOccurrenceFields | null,
  current: ExchangeAppointment | null,
  context: TranslationContext,
): Partial<ExchangeOccurrenceFields> {
  return before === null || current === null ? {} : keptInExchange(before, current, context);
}

/** When the pattern of the series as it shall be has the occurrence of a day. */
export function startOn(
  { there, clock }: Pick<ExceptionTargets, 'there' | 'clock'>,
  day: PlainDate,
): Instant {
  return spanOnClock(occurrenceOn(there.when, day), clock.zone).start;
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

/** The changed occurrences that a series has now, by the days on which its pattern has them. */
export function occurrencesByDay(
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
