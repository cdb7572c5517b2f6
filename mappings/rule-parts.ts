import type { Weekday } from './appointment/appointment.js';
import { Untranslatable } from './translation.js';

/** The parts of an RFC 5545 recurrence rule, as they are written; what they mean is read in rrule.ts. */
export interface RuleParts {
  readonly frequency: string;
  readonly interval: number;
  readonly count: number | null;
  /** As written: `20261231`, `20261231T225959Z` or `20261231T235959`. */
  readonly until: string | null;
  readonly weekStart: Weekday;
  readonly weekdays: readonly RuleWeekday[];
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  readonly positions: readonly number[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  /** RFC 7529: a day that a month does not have counts as its last day. */
  readonly skipsBackward: boolean;
}

/** `2TU` is the second Tuesday; `TU` has no `nth`. */
export interface RuleWeekday {
  readonly nth: number | null;
  readonly weekday: Weekday;
}

/**
 * Takes a rule apart: with or without `RRULE:`, in either case, blanks and empty parts ignored. Throws
 * `Untranslatable`, naming the part, for one that is not a rule and for parts that Exchange has nothing for.
 */
export function readRuleParts(text: string): RuleParts {
  const parts = splitRule(text);
  const list = (name: string): readonly number[] =>
    listOf(parts, name).map((entry) => wholeNumber(name, entry));
  return {
    frequency: parts.get('FREQ') ?? refuse('FREQ is missing'),
    interval: positive('INTERVAL', parts.get('INTERVAL')) ?? 1,
    count: positive('COUNT', parts.get('COUNT')),
    until: parts.get('UNTIL') ?? null,
    weekStart: weekdayOf(parts.get('WKST') ?? 'MO'),
    weekdays: listOf(parts, 'BYDAY').map(ruleWeekday),
    monthDays: list('BYMONTHDAY'),
    months: list('BYMONTH'),
    positions: list('BYSETPOS'),
    hours: list('BYHOUR'),
    minutes: list('BYMINUTE'),
    seconds: list('BYSECOND'),
    skipsBackward: parts.get('SKIP') === 'BACKWARD',
  };
}

/** Ends the reading of a rule: `what` names the part, as in "BYHOUR=9,12 cannot be kept in Exchange". */
export function refuse(what: string): never {
  throw new Untranslatable('series', {
    de: `Die Wiederholung lässt sich nicht übertragen; die Regel im Wortlaut der Norm: ${what}.`,
    en: `The repetition cannot be carried over: ${what}.`,
  });
}

/** RFC 5545's weekdays, Monday first. */
export const RULE_WEEKDAYS: readonly (readonly [code: string, weekday: Weekday])[] = [
  ['MO', 'mon'],
  ['TU', 'tue'],
  ['WE', 'wed'],
  ['TH', 'thu'],
  ['FR', 'fri'],
  ['SA', 'sat'],
  ['SU', 'sun'],
];

const WEEKDAY_OF: ReadonlyMap<string, Weekday> = new Map(RULE_WEEKDAYS);

const KNOWN: ReadonlySet<string> = new Set([
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'WKST',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'BYHOUR',
  'BYMINUTE',
  'BYSECOND',
  'RSCALE',
  'SKIP',
]);

function splitRule(text: string): ReadonlyMap<string, string> {
  const body = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE\s*:/, '');
  const parts = new Map<string, string>();
  for (const part of body.split(';')) {
    if (part.trim() === '') continue;
    const [name = '', value, more] = part.split('=').map((piece) => piece.trim());
    if (value === undefined || more !== undefined) refuse('it is not a recurrence rule');
    if (!KNOWN.has(name)) refuse(`Exchange has nothing like ${printable(name)}`);
    if (parts.has(name)) refuse(`${name} is there twice`);
    parts.set(name, value);
  }
  checkScale(parts);
  return parts;
}

function checkScale(parts: ReadonlyMap<string, string>): void {
  if ((parts.get('RSCALE') ?? 'GREGORIAN') !== 'GREGORIAN') refuse('RSCALE names another calendar');
  const skip = parts.get('SKIP') ?? 'OMIT';
  if (skip !== 'OMIT' && skip !== 'BACKWARD')
    refuse(`SKIP=${printable(skip)} cannot be kept in Exchange`);
}

function listOf(parts: ReadonlyMap<string, string>, name: string): readonly string[] {
  const value = parts.get(name);
  if (value === undefined) return [];
  const entries = value.split(',').map((entry) => entry.trim());
  return [...new Set(entries.filter((entry) => entry !== ''))];
}

function wholeNumber(name: string, text: string): number {
  if (!/^[+-]?\d{1,6}$/.test(text)) refuse(`${name}=${printable(text)} is not a number`);
  return Number(text);
}

function positive(name: string, text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const number = wholeNumber(name, text);
  return number > 0 ? number : refuse(`${name} must be 1 or more`);
}

function ruleWeekday(text: string): RuleWeekday {
  const [, nth = '', code = ''] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  return { nth: nth === '' ? null : Number(nth), weekday: weekdayOf(code) };
}

function weekdayOf(code: string): Weekday {
  return WEEKDAY_OF.get(code) ?? refuse('a weekday is not one of MO to SU');
}

/** A name from outside, short and without anything that could disturb a page or a log. */
function printable(text: string): string {
  return text.slice(0, 30).replace(/[^\w,+-]/g, '?');
}
