import type { ExchangeAppointment } from '../../../mappings/exchange-item.js';
import { seriesFromExchange } from '../../../mappings/exchange-recurrence.js';
import { occurrencesOf } from '../../../mappings/occurrences.js';
import { Untranslatable } from '../../../mappings/translation.js';
import {
  addDays,
  daysBetween,
  instantOf,
  millisecondsOf,
  type IanaZone,
  type Instant,
} from '../../../mappings/values.js';
import { instantOfWall, localDateOf, wallTimeOf } from '../../../mappings/wall-clock.js';
import { ianaZoneOf } from '../../../mappings/zones.js';

/**
 * When an occurrence takes place that is as its series has it: the series' length in days and minutes of the wall clock, so
 * that an all-day one ends at midnight also on the days when the clocks change.
 */
export function regularTimes(
  master: ExchangeAppointment,
  originalStart: Instant,
): { readonly start: Instant; readonly end: Instant } {
  const zone = zoneOf(master);
  if (zone === null) {
    const length = millisecondsOf(master.end) - millisecondsOf(master.start);
    return { start: originalStart, end: instantOf(millisecondsOf(originalStart) + length) };
  }
  const days = daysBetween(wallTimeOf(master.start, zone).date, wallTimeOf(master.end, zone).date);
  const date = addDays(wallTimeOf(originalStart, zone).date, days);
  const { seconds } = wallTimeOf(master.end, zone);
  return { start: originalStart, end: instantOfWall({ date, seconds }, zone) };
}

/**
 * The place of an occurrence in the pattern, counted from 1 with deleted ones included, as Exchange's InstanceIndex; null where
 * the pattern has none on that day, or cannot be followed.
 */
export function instanceIndex(master: ExchangeAppointment, originalStart: Instant): number | null {
  const { recurrence, start } = master;
  const zone = zoneOf(master);
  if (recurrence === null || zone === null) return null;
  try {
    const days = occurrencesOf(seriesFromExchange(recurrence), localDateOf(start, zone));
    return days.indexOf(localDateOf(originalStart, zone));
  } catch (error) {
    if (error instanceof Untranslatable) return null; // a pattern that the mapping refuses is looked up by date
    throw error;
  }
}

function zoneOf({ startTimeZone }: ExchangeAppointment): IanaZone | null {
  return startTimeZone === null ? null : ianaZoneOf(startTimeZone);
}
