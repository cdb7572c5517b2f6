import { splitBody } from '../body-block.js';
import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
  ExchangeExceptionTarget,
  ExchangeRecurrence,
} from '../exchange-item.js';
import { seriesFromExchange, seriesToExchange } from '../exchange-recurrence.js';
import type { TranslationContext } from '../kind.js';
import { occurrencesOf } from '../occurrences.js';
import { firstDayOf, overlapsItself, settled } from '../recurrence.js';
import type { Repeated } from '../recurrence.js';
import { textLines, textLosses } from '../text.js';
import { Untranslatable } from '../translation.js';
import type { Loss, Translated } from '../translation.js';
import type { Instant } from '../values.js';
import type { Appointment, OccurrenceFields, When } from './appointment.js';
import { inviteesToExchange, listsWithout, peopleFromExchange } from './attendees.js';
import { exceptionTargets, exceptionsFromExchange } from './exchange-exceptions.js';
import type { ExceptionTargets } from './exchange-exceptions.js';
import { fieldsFromExchange, fieldsToExchange, whenFromExchange } from './exchange-fields.js';
import {
  dayOnClock,
  itemClock,
  refuseUnknownClock,
  writingClock,
  zoneLosses,
} from './exchange-zone.js';
import type { ItemClock } from './exchange-zone.js';
import { LONGEST_REMINDER, appointmentExchangeHolds } from './held.js';
import { droppedAttachments } from './unread.js';
import { exceptionLosses, moved } from './writing.js';

/**
 * Reads an item of Exchange. Throws `Untranslatable` where half of it would be wrong: its body or one of its changed
 * occurrences was not handed over, or its series stands on a clock we do not know and that is not the mailbox's.
 */
export function appointmentFromExchange(
  item: ExchangeAppointment,
  context: TranslationContext,
): Appointment {
  if (item.bodyText === null)
    throw new Untranslatable('body', {
      de: 'Der Text des Elements wurde nicht gelesen.',
      en: 'The body of the item was not read.',
    });
  const clock = itemClock(item.startTimeZone, context);
  const single: Appointment = {
    ...fieldsFromExchange(item, clock.zone),
    series: null,
    exceptions: [],
    ...peopleFromExchange(item, context),
    about: splitBody(textLines(item.bodyText)).block,
  };
  if (item.recurrence === null) {
    if (item.type === 'Single') return single;
    throw new Untranslatable('series', {
      de: 'Das Element ist eine Serie, aber ihr Muster wurde nicht gelesen.',
      en: 'The item is a series, but its pattern was not read.',
    });
  }
  const master = { ...single, ...repeatedFromExchange(item.recurrence, single.when, clock) };
  return { ...master, exceptions: exceptionsFromExchange(item, master, clock, context) };
}

/**
 * What to write so that the item shows the value; see `Kind.toExchange`. A create has every field. Start, end, zone
 * and recurrence go together (evidence B 1e), and the list of exceptions goes with everything that can wipe them or
 * leave them behind: a write of times does the one, a changed field of the series can do the other.
 */
export function appointmentToExchange(
  value: Appointment,
  current: ExchangeAppointment | null,
  context: TranslationContext,
): Translated<ExchangeAppointmentPatch | null> {
  const there = appointmentExchangeHolds(value, context);
  const isMoved = moved(there, shownBy(current, context));
  const clock = writingClock(there.when, current, context);
  const timesMove = isMoved('when') || (there.series !== null && isMoved('series'));
  const target = { clock, about: there.about, language: context.language, current };
  const fields = fieldsToExchange(fieldsToWrite(there, isMoved, timesMove), target);
  const recurrence = recurrenceToWrite(there, current, timesMove);
  const invitees = isMoved('attendees') ? inviteesToExchange(there, current, context) : [];
  const shorterLists = isMoved('attendees') ? listsWithout(value, current, context) : [];
  const isTouched =
    Object.keys(fields).length + invitees.length + shorterLists.length > 0 ||
    recurrence !== undefined ||
    isMoved('exceptions');
  if (!isTouched) return { value: null, losses: [] };
  if (timesMove) checkRoom(there);
  const exceptions = exceptionsToWrite(
    { there, clock, current },
    context,
    timesMove || isMoved('exceptions'),
  );
  const patch: ExchangeAppointmentPatch = {
    fields,
    ...(timesMove && { timeZone: clock.name }),
    ...(recurrence !== undefined && { recurrence }),
    ...(exceptions !== null && { exceptions }),
    ...(invitees.length > 0 && { invitees }),
    ...(shorterLists.length > 0 && { shorterLists }),
  };
  return { value: patch, losses: lossesOf(value, there, { isMoved, timesMove, current }, context) };
}

function shownBy(
  current: ExchangeAppointment | null,
  context: TranslationContext,
): Appointment | null {
  if (current === null) return null;
  return appointmentExchangeHolds(appointmentFromExchange(current, context), context);
}

type Moved = ReturnType<typeof moved>;

function fieldsToWrite(
  there: Appointment,
  isMoved: Moved,
  timesMove: boolean,
): Partial<OccurrenceFields> {
  const { subject, when, location, body, isPrivate, showAs, reminder, importance } = there;
  return {
    ...(isMoved('subject') && { subject }),
    ...(isMoved('body', 'about') && { body }),
    ...(timesMove && { when }),
    ...(isMoved('location') && { location }),
    ...(isMoved('isPrivate') && { isPrivate }),
    ...(isMoved('showAs') && { showAs }),
    ...(isMoved('reminder') && { reminder }),
    ...(isMoved('importance') && { importance }),
  };
}

/** undefined = the pattern is not touched; null ends the repetition. */
function recurrenceToWrite(
  { when, series }: Appointment,
  current: ExchangeAppointment | null,
  timesMove: boolean,
): ExchangeRecurrence | null | undefined {
  if (series === null) return current !== null && current.recurrence !== null ? null : undefined;
  return timesMove ? seriesToExchange(series, firstDayOf(when)) : undefined;
}

/** null = the exceptions are not touched. */
function exceptionsToWrite(
  write: ExceptionTargets,
  context: TranslationContext,
  areMoved: boolean,
): readonly ExchangeExceptionTarget[] | null {
  const { there, current } = write;
  if (there.series === null) return null;
  const wasSeries = current !== null && current.recurrence !== null;
  const isWanted = wasSeries
    ? areMoved || current.modifiedOccurrences.length > 0
    : there.exceptions.length > 0;
  return isWanted ? exceptionTargets(write, context) : null;
}

/** What Exchange would refuse with a code, refused here with a sentence. */
function checkRoom({ when, series, exceptions }: Appointment): void {
  if (series !== null && overlapsItself({ when, series })) {
    throw new Untranslatable('series', {
      de: 'Die Termine der Serie dauern länger als ihr Abstand; das lässt Exchange nicht zu.',
      en: 'The occurrences last longer than the time between them, which Exchange does not allow.',
    });
  }
  if (exceptions.length > MOST_EXCEPTIONS) {
    throw new Untranslatable('exceptions', {
      de: `Die Serie hat mehr als ${MOST_EXCEPTIONS} abweichende Termine.`,
      en: `The series has more than ${MOST_EXCEPTIONS} exceptions.`,
    });
  }
}

/** Evidence B 12: nothing more is known to work; beyond the second number servers become slow. */
const MOST_EXCEPTIONS = 999;
const MANY_EXCEPTIONS = 200;

interface LostWith {
  readonly isMoved: Moved;
  readonly timesMove: boolean;
  readonly current: ExchangeAppointment | null;
}

function lossesOf(
  value: Appointment,
  there: Appointment,
  { isMoved, timesMove, current }: LostWith,
  context: TranslationContext,
): readonly Loss[] {
  const writesExceptions = timesMove || isMoved('exceptions');
  return [
    ...(isMoved('subject') ? textLosses('subject', value.subject, 'line') : []),
    ...(timesMove ? zoneLosses(value, context) : []),
    ...(writesExceptions ? exceptionLosses(value, there.exceptions) : []),
    ...(writesExceptions ? manyExceptions(there) : []),
    ...(timesMove ? droppedAttachments(current, context) : []),
    ...(isMoved('location') ? textLosses('location', value.location, 'line') : []),
    ...(isMoved('body') ? textLosses('body', value.body, 'text') : []),
    ...(isMoved('reminder') && value.reminder !== there.reminder ? [REMINDER_CLIPPED] : []),
  ];
}

const REMINDER_CLIPPED: Loss = {
  field: 'reminder',
  reason: 'outOfRange',
  detail: `Exchange reminds 0 to ${LONGEST_REMINDER} minutes before the start; the nearest is used.`,
};

function manyExceptions({ exceptions }: Appointment): readonly Loss[] {
  if (exceptions.length <= MANY_EXCEPTIONS) return [];
  const detail = `A series with ${exceptions.length} exceptions makes Exchange slow; everything was written.`;
  return [{ field: 'exceptions', reason: 'tooManyExceptions', detail }];
}

/** Reads the pattern; the start moves on to the first day that the pattern has. */
function repeatedFromExchange(
  recurrence: ExchangeRecurrence,
  when: When,
  clock: ItemClock,
): Repeated {
  const repeated = settled({ when, series: seriesFromExchange(recurrence) });
  if (!clock.isKnown && repeated.when !== when) refuseUnknownClock();
  return repeated;
}

/**
 * Which instance of a series, counted from 1, the pattern has at an original start, as `InstanceIndex` wants it
 * (protocol fact 50); null where it has none there. Deleted and changed instances keep their number.
 */
export function instanceIndexOf(
  master: Pick<ExchangeAppointment, 'start' | 'end' | 'isAllDay' | 'startTimeZone' | 'recurrence'>,
  originalStart: Instant,
  context: Pick<TranslationContext, 'zone'>,
): number | null {
  if (master.recurrence === null) return null;
  const clock = itemClock(master.startTimeZone, context);
  const when = whenFromExchange(master, clock.zone);
  const repeated = repeatedFromExchange(master.recurrence, when, clock);
  const date = dayOnClock(originalStart, master.isAllDay, clock);
  return occurrencesOf(repeated.series, firstDayOf(repeated.when)).indexOf(date);
}
