import type { ExchangeAppointment } from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import { firstDayOf } from '../recurrence.js';
import { lastOccurrenceDate } from '../occurrences.js';
import { Untranslatable } from '../translation.js';
import type { Loss } from '../translation.js';
import { dateOfDayNumber, millisecondsOf } from '../values.js';
import type { IanaZone, Instant, PlainDate } from '../values.js';
import { clocksAgree, localDateOf, midnightOf, wallOf } from '../wall-clock.js';
import { ianaZoneOf, sharedNameOf, windowsZoneOf } from '../zones.js';
import type { Appointment, When } from './appointment.js';
import { zoneExchangeHolds } from './held.js';

/** The clock on which an item stands (protocol facts 57 to 60). */
export interface ItemClock {
  readonly zone: IanaZone;
  /** False where the item names no zone that we know, and the mailbox's is taken instead. */
  readonly isKnown: boolean;
}

/** Reads the item's zone; see `ItemClock` for what happens without one. */
export function itemClock(
  name: string | null,
  context: Pick<TranslationContext, 'zone'>,
): ItemClock {
  const zone = name === null ? null : ianaZoneOf(name);
  return { zone: zone ?? context.zone, isKnown: zone !== null };
}

/** Ends the reading of a series that cannot stand on the mailbox's clock, and names no other one that we know. */
export function refuseUnknownClock(): never {
  throw new Untranslatable('when', {
    de:
      'Die Serie nennt eine Zeitzone, die hier nicht bekannt ist, und passt nicht zur Zeitzone des Postfachs. ' +
      'Abhilfe: ihr in Outlook eine andere Zeitzone geben.',
    en:
      'The series names a time zone that is not known here, and its occurrences do not fit the zone of the mailbox. ' +
      'Choosing another time zone for it in Outlook helps.',
  });
}

/** The zone that an item is written with: its name for Exchange, and the clock that it stands for there. */
export interface WritingClock {
  readonly name: string;
  readonly zone: IanaZone;
}

/**
 * The item's own zone where it means the same, else the value's; for all-day items, whose midnights need a zone only
 * to be read back, the item's or the mailbox's.
 */
export function writingClock(
  when: When,
  current: ExchangeAppointment | null,
  context: TranslationContext,
): WritingClock {
  const name = current?.startTimeZone ?? null;
  const own = name === null ? null : ianaZoneOf(name);
  const wanted = when.kind === 'timed' ? when.zone : (own ?? context.zone);
  if (name !== null && own !== null && sharedNameOf(own) === sharedNameOf(wanted)) {
    return { name, zone: own };
  }
  const { windows, zone } = zoneExchangeHolds(wanted, context);
  return { name: windows, zone };
}

/** The first instant of a time, and the first one after it; midnights of all-day ones are those of the clock. */
export function spanOnClock(
  when: When,
  zone: IanaZone,
): { readonly start: Instant; readonly end: Instant } {
  if (when.kind === 'timed') return { start: when.start, end: when.end };
  const dayAfter = dateOfDayNumber(Date.parse(when.lastDay) / DAY + 1);
  return { start: midnightOf(when.firstDay, zone), end: midnightOf(dayAfter, zone) };
}

/**
 * The day whose midnight is nearest. Midnights made in another zone than the one the item names, and those that the
 * change of the clocks leaves out, still mean their day.
 */
export function nearestDay(instant: Instant, zone: IanaZone): PlainDate {
  return dateOfDayNumber(Math.round(wallOf(millisecondsOf(instant), zone) / DAY));
}

/** The day on which something begins. */
export function dayOnClock(instant: Instant, isAllDay: boolean, { zone }: ItemClock): PlainDate {
  return isAllDay ? nearestDay(instant, zone) : localDateOf(instant, zone);
}

/**
 * A zone that Exchange has no name for, or one that it has together with zones that go their own ways. One
 * appointment keeps its instants; of a series the later ones would move, so it is refused unless both clocks agree
 * while it runs.
 */
export function zoneLosses(value: Appointment, context: TranslationContext): readonly Loss[] {
  if (value.when.kind === 'allDay') return [];
  const { zone } = value.when;
  const there = zoneExchangeHolds(zone, context);
  if (value.series !== null && !clocksAgree(zone, there.zone, yearsOf(value))) {
    throw new Untranslatable('when', {
      de: `Exchange hat keine Zeitzone, die wie ${zone} verläuft; die Serie fände dort zu anderen Zeiten statt.`,
      en: `Exchange has no time zone that runs like ${zone}, so the series would take place at other times there.`,
    });
  }
  if (windowsZoneOf(zone) !== null) return [];
  const detail = `Exchange has no name for the time zone ${zone}; ${there.windows} is used.`;
  return [{ field: 'when', reason: 'zoneUnknown', detail }];
}

const DAY = 86_400_000;

/** The rules of zones are made for years ahead, not for decades. */
const YEARS_AHEAD = 20;

function yearsOf({ when, series }: Appointment): { readonly from: number; readonly to: number } {
  const firstDay = firstDayOf(when);
  const lastDay = series === null ? firstDay : lastOccurrenceDate(series, firstDay);
  const from = Number(firstDay.slice(0, 4));
  const to = lastDay === null ? Infinity : Number(lastDay.slice(0, 4));
  return { from, to: Math.min(to, from + YEARS_AHEAD) };
}
