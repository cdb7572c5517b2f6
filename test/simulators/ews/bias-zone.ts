import { DAYS_OF_WEEK } from '../mailbox/properties.js';
import { DAY, HOUR, MINUTE, offsetMinutes, transitionsIn, wallClock } from '../mailbox/zones.js';
import { element, integerOf, requiredChild, textElement, textOf, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/**
 * A zone given by its rules instead of a name, as the availability requests have it. Bias is UTC minus local
 * time, so the sign is the reverse of an offset's.
 */
export interface BiasZone {
  readonly bias: number;
  readonly standard: BiasRule;
  readonly daylight: BiasRule;
}

/** From when on in each year; `month` 0 = there is no such change. */
interface BiasRule {
  readonly bias: number;
  readonly month: number;
  /** Which weekday of the month, 5 = the last; with a year, the day of the month. */
  readonly order: number;
  readonly weekday: number;
  /** Milliseconds after local midnight. */
  readonly time: number;
}

/** Reads a TimeZone element. */
export function readBiasZone(node: XmlNode): BiasZone {
  return {
    bias: integerOf(requiredChild(node, 'Bias').text),
    standard: readRule(requiredChild(node, 'StandardTime')),
    daylight: readRule(requiredChild(node, 'DaylightTime')),
  };
}

function readRule(node: XmlNode): BiasRule {
  const [hours = 0, minutes = 0, seconds = 0] = requiredChild(node, 'Time')
    .text.trim()
    .split(':')
    .map(Number);
  const weekday = wordOf(textOf(node, 'DayOfWeek') ?? 'Sunday', DAYS_OF_WEEK);
  return {
    bias: integerOf(requiredChild(node, 'Bias').text),
    month: integerOf(requiredChild(node, 'Month').text),
    order: integerOf(requiredChild(node, 'DayOrder').text),
    weekday: DAYS_OF_WEEK.indexOf(weekday),
    time: hours * HOUR + minutes * MINUTE + seconds * 1000,
  };
}

/** The wall clock of such a zone at an instant. */
export function biasWall(zone: BiasZone, instant: number): number {
  const standard = instant - (zone.bias + zone.standard.bias) * MINUTE;
  const daylight = instant - (zone.bias + zone.daylight.bias) * MINUTE;
  if (zone.standard.month === 0 || zone.daylight.month === 0) return standard;
  return isDaylight(zone, standard) ? daylight : standard;
}

/** The instant of a wall clock in such a zone. */
export function biasInstant(zone: BiasZone, wall: number): number {
  const standard = wall + (zone.bias + zone.standard.bias) * MINUTE;
  const daylight = wall + (zone.bias + zone.daylight.bias) * MINUTE;
  return biasWall(zone, daylight) === wall ? daylight : standard;
}

/** Judged on the clock that shows standard time all year. */
function isDaylight({ standard, daylight }: BiasZone, wall: number): boolean {
  const year = new Date(wall).getUTCFullYear();
  const begins = changeIn(year, daylight);
  const ends = changeIn(year, standard) + (daylight.bias - standard.bias) * MINUTE;
  return begins < ends ? wall >= begins && wall < ends : wall >= begins || wall < ends;
}

function changeIn(year: number, { month, order, weekday, time }: BiasRule): number {
  const first = Date.UTC(year, month - 1, 1);
  const ahead = (weekday - new Date(first).getUTCDay() + 7) % 7;
  const length = (Date.UTC(year, month, 1) - first) / DAY;
  let day = ahead + (order - 1) * 7;
  while (day >= length) day -= 7;
  return first + day * DAY + time;
}

/** Writes the rules of a named zone in one year, as working hours carry them. */
export function writeBiasZone(name: string, zone: string, year: number): string {
  const [first, second, ...more] = transitionsIn(zone, year);
  const isRegular = first && second && more.length === 0 && first.isDaylight !== second.isDaylight;
  if (!isRegular) {
    const bias = textElement('t:Bias', String(-offsetMinutes(zone, Date.UTC(year, 0, 1))));
    return element(name, bias + writeNoRule('t:StandardTime') + writeNoRule('t:DaylightTime'));
  }
  const [daylight, standard] = first.isDaylight ? [first, second] : [second, first];
  return element(
    name,
    textElement('t:Bias', String(-standard.offset)) +
      writeRule('t:StandardTime', { zone, at: standard.at, bias: 0 }) +
      writeRule('t:DaylightTime', {
        zone,
        at: daylight.at,
        bias: standard.offset - daylight.offset,
      }),
  );
}

function writeNoRule(name: string): string {
  return element(
    name,
    '<t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month>' +
      '<t:DayOfWeek>Sunday</t:DayOfWeek>',
  );
}

function writeRule(
  name: string,
  { zone, at, bias }: { readonly zone: string; readonly at: number; readonly bias: number },
): string {
  const wall = new Date(wallClock(zone, at - 1) + 1);
  const month = wall.getUTCMonth();
  const length = new Date(Date.UTC(wall.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const order = wall.getUTCDate() + 7 > length ? 5 : Math.ceil(wall.getUTCDate() / 7);
  return element(
    name,
    textElement('t:Bias', String(bias)) +
      textElement('t:Time', wall.toISOString().slice(11, 19)) +
      textElement('t:DayOrder', String(order)) +
      textElement('t:Month', String(month + 1)) +
      textElement('t:DayOfWeek', DAYS_OF_WEEK[wall.getUTCDay()] ?? 'Sunday'),
  );
}
