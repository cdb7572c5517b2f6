import type { ExchangeAppointment } from '../exchange-item.js';
import type { OccurrenceNews, TranslationContext } from '../kind.js';
import { occurrenceOn } from '../recurrence.js';
import type { Instant, PlainDate } from '../values.js';
import { localDateOf } from '../wall-clock.js';
import type { Appointment, SeriesException, When } from './appointment.js';
import { DELETED, FIELD_TEXTS } from './canonical.js';
import { guestOf } from './attendees.js';
import { occurrencesByDay, startOn } from './exchange-exceptions.js';
import { writingClock } from './exchange-zone.js';
import { appointmentExchangeHolds } from './held.js';
import { patternTest } from './occurrence-fields.js';

/** A write to a series in Exchange: what it shows, and what it shall show. */
export interface SeriesWrite {
  /** null = the series is new. */
  readonly before: Appointment | null;
  readonly after: Appointment;
  /** null where there is none yet. */
  readonly current: ExchangeAppointment | null;
}

/**
 * Every occurrence that is somewhere else than its series has it, or was, or does not take place: what its attendees must
 * know. Of what is over, and of what an occurrence has of its own besides, nothing is said.
 */
export function occurrenceNews(
  { before, after, current }: SeriesWrite,
  now: Instant,
  context: TranslationContext,
): readonly OccurrenceNews[] {
  const there = appointmentExchangeHolds(after, context);
  // what is no series has none
  const had = byDay(before?.exceptions ?? []);
  const has = byDay(there.exceptions);
  const isInPattern = patternTest(there);
  const clock = writingClock(there.when, current, context);
  const shown = occurrencesByDay(current, context);
  return [...new Set([...had.keys(), ...has.keys()])].sort().flatMap((day): OccurrenceNews[] => {
    const [was, is] = [told(had.get(day)), told(has.get(day))];
    if ((was === '' && is === '') || !isInPattern(day)) return [];
    const time =
      is === DELETED
        ? timeOf(before ?? there, had.get(day), day)
        : timeOf(there, has.get(day), day);
    if (!isToCome(time, now, context)) return [];
    const own = shown.get(day)?.attendees;
    const guests = own ?? current?.attendees ?? [];
    return [
      {
        element: day,
        originalStart: startOn({ there, clock }, day),
        isNew: was !== is,
        isSayable: has.has(day) || was !== DELETED,
        guests: guests.map(guestOf),
        hasOwnList: own !== undefined,
      },
    ];
  });
}

function byDay(exceptions: readonly SeriesException[]): ReadonlyMap<PlainDate, SeriesException> {
  return new Map(exceptions.map((one) => [one.originalDate, one]));
}

/** What attendees are told of an occurrence, as a text that compares; '' = it is as its series has it. */
function told(exception: SeriesException | undefined): string {
  if (exception === undefined) return '';
  if (exception.change.kind === 'deleted') return DELETED;
  const { when, location } = exception.change.fields;
  if (when === undefined && location === undefined) return '';
  return JSON.stringify([
    when === undefined ? null : FIELD_TEXTS.when(when),
    location === undefined ? null : FIELD_TEXTS.location(location),
  ]);
}

function timeOf(
  { when }: Appointment,
  exception: SeriesException | undefined,
  day: PlainDate,
): When {
  const own = exception?.change.kind === 'changed' ? exception.change.fields.when : undefined;
  return own ?? occurrenceOn(when, day);
}

function isToCome(when: When, now: Instant, { zone }: TranslationContext): boolean {
  return when.kind === 'timed' ? when.end > now : when.lastDay >= localDateOf(now, zone);
}
