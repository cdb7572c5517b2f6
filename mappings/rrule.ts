import type { Pattern, Series, SeriesEnd, When, WeekdayClass } from './appointment/appointment.js';
import { patternOfRule } from './rule-pattern.js';
import { RULE_WEEKDAYS, readRuleParts, refuse } from './rule-parts.js';
import type { RuleParts } from './rule-parts.js';
import { firstDayOf, settled } from './recurrence.js';
import type { Repeated } from './recurrence.js';
import { monthLength } from './occurrences.js';
import { addDays, parseInstant, parsePlainDate } from './values.js';
import type { PlainDate } from './values.js';
import { wallTimeOf } from './wall-clock.js';

/**
 * Reads the ERP's recurrence rule (the value of an RFC 5545 RRULE) for an appointment that begins at `when`. Every
 * spelling of one of the six patterns is understood; the answer has `when` on the first occurrence. Throws
 * `Untranslatable`, with the part that is in the way, for a rule that Exchange has no pattern for: half a series
 * would be wrong.
 */
export function readRule(rule: string, when: When): Repeated {
  const parts = readRuleParts(rule);
  checkTimeOfDay(parts, when);
  const ends = readEnd(parts, when);
  const pattern = patternOfRule(parts, { start: firstDayOf(when), ends });
  return settled({ when, series: { pattern, ends } });
}

/** The rule for a series, one spelling for each; `readRule` of it gives the same series. */
export function writeRule({ pattern, ends }: Series): string {
  return [...patternParts(pattern), ...endParts(ends)].join(';');
}

/** BYHOUR and its like say nothing new where they name the time of the start. */
function checkTimeOfDay({ hours, minutes, seconds }: RuleParts, when: When): void {
  if (hours.length + minutes.length + seconds.length === 0) return;
  if (when.kind === 'allDay') refuse('an all-day series has no BYHOUR');
  const start = wallTimeOf(when.start, when.zone).seconds;
  const own = [Math.floor(start / 3600), Math.floor(start / 60) % 60, start % 60];
  const same = [hours, minutes, seconds].every(
    (list, at) => list.length === 0 || (list.length === 1 && list[0] === own[at]),
  );
  if (!same) refuse('several times a day (BYHOUR, BYMINUTE, BYSECOND) cannot be kept in Exchange');
}

function readEnd({ count, until }: RuleParts, when: When): SeriesEnd {
  if (count !== null && until !== null) refuse('COUNT and UNTIL exclude each other');
  if (count !== null) return { kind: 'afterCount', count };
  return until === null ? { kind: 'never' } : { kind: 'onDate', lastDay: lastDayOf(until, when) };
}

const UNTIL = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z?))?$/;

/** UNTIL with a time leaves out the occurrence of its day when that begins later. */
function lastDayOf(until: string, when: When): PlainDate {
  const [, year, month, day, hour, minute, second, utc] =
    UNTIL.exec(until) ?? refuse('UNTIL is not a date');
  const date = parsePlainDate(`${year ?? ''}-${month ?? ''}-${day ?? ''}`);
  if (hour === undefined || when.kind === 'allDay') return date;
  const time = `${hour}:${minute ?? ''}:${second ?? '00'}`;
  const start = wallTimeOf(when.start, when.zone).seconds;
  const last =
    utc === 'Z'
      ? wallTimeOf(parseInstant(`${date}T${time}Z`), when.zone)
      : { date, seconds: Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0) };
  return last.seconds < start ? addDays(last.date, -1) : last.date;
}

function patternParts(pattern: Pattern): readonly string[] {
  const interval = pattern.interval === 1 ? [] : [`INTERVAL=${pattern.interval}`];
  switch (pattern.kind) {
    case 'daily':
      return ['FREQ=DAILY', ...interval];
    case 'weekly': {
      const days = pattern.weekdays.map(codeOf).join(',');
      const weekStart = pattern.interval === 1 ? [] : [`WKST=${codeOf(pattern.weekStart)}`];
      return ['FREQ=WEEKLY', ...interval, `BYDAY=${days}`, ...weekStart];
    }
    case 'monthlyOnDay':
      return ['FREQ=MONTHLY', ...interval, ...dayParts(pattern.day, SHORTEST_MONTH)];
    case 'monthlyOnWeekday':
      return ['FREQ=MONTHLY', ...interval, ...weekdayParts(pattern)];
    case 'yearlyOnDay': {
      const shortest = monthLength(COMMON_YEAR, pattern.month - 1);
      return [
        'FREQ=YEARLY',
        ...interval,
        `BYMONTH=${pattern.month}`,
        ...dayParts(pattern.day, shortest),
      ];
    }
    case 'yearlyOnWeekday':
      return ['FREQ=YEARLY', ...interval, `BYMONTH=${pattern.month}`, ...weekdayParts(pattern)];
  }
}

const SHORTEST_MONTH = 28;
const COMMON_YEAR = 2001;

/** RFC 5545 skips a month that is too short; ours has its last day then. The last of 28 to 31 is just that. */
function dayParts(day: number, shortestMonth: number): readonly string[] {
  if (day <= shortestMonth) return [`BYMONTHDAY=${day}`];
  const days = Array.from({ length: day - shortestMonth + 1 }, (_, at) => shortestMonth + at);
  return [`BYMONTHDAY=${days.join(',')}`, 'BYSETPOS=-1'];
}

const POSITION = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

function weekdayParts({
  on,
  index,
}: Extract<Pattern, { kind: 'monthlyOnWeekday' | 'yearlyOnWeekday' }>): readonly string[] {
  return [`BYDAY=${codesOf(on)}`, `BYSETPOS=${POSITION[index]}`];
}

function codesOf(on: WeekdayClass): string {
  const codes = RULE_WEEKDAYS.map(([code]) => code);
  if (on === 'day') return codes.join(',');
  if (on === 'workday') return codes.slice(0, 5).join(',');
  return on === 'weekendDay' ? codes.slice(5).join(',') : codeOf(on);
}

function codeOf(weekday: WeekdayClass): string {
  return RULE_WEEKDAYS.find(([, name]) => name === weekday)?.[0] ?? '';
}

function endParts(ends: SeriesEnd): readonly string[] {
  if (ends.kind === 'never') return [];
  if (ends.kind === 'afterCount') return [`COUNT=${ends.count}`];
  return [`UNTIL=${ends.lastDay.replaceAll('-', '')}`];
}
