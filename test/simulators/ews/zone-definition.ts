import { DAYS_OF_WEEK } from '../mailbox/properties.js';
import { offsetMinutes, transitionsIn, wallClock } from '../mailbox/zones.js';
import type { ZoneTransition } from '../mailbox/zones.js';
import { element, textElement } from './xml.js';

/** What a TimeZoneDefinition holds: Periods, TransitionsGroups and Transitions as of that year. Fact 63: Bias has the reversed sign. */
export function writeZoneDefinition(id: string, year: number): string {
  const transitions = transitionsIn(id, year);
  const daylight = transitions.find(({ isDaylight }) => isDaylight);
  const standard = transitions.find(({ isDaylight }) => !isDaylight);
  if (transitions.length !== 2 || !daylight || !standard)
    return fixed(offsetMinutes(id, Date.UTC(year, 6)));
  const periods =
    period('trule:Standard', 'Standard', standard.offset) +
    period('trule:Daylight', 'Daylight', daylight.offset);
  const rules =
    recurring(id, 'trule:Daylight', daylight) + recurring(id, 'trule:Standard', standard);
  return (
    element('t:Periods', periods) +
    element('t:TransitionsGroups', element('t:TransitionsGroup', rules, { Id: '0' })) +
    TO_GROUP
  );
}

const TO_GROUP = element(
  't:Transitions',
  element('t:Transition', element('t:To', '0', { Kind: 'Group' })),
);

function fixed(offset: number): string {
  const toPeriod = element('t:Transition', element('t:To', 'trule:Standard', { Kind: 'Period' }));
  return (
    element('t:Periods', period('trule:Standard', 'Standard', offset)) +
    element('t:TransitionsGroups', element('t:TransitionsGroup', toPeriod, { Id: '0' })) +
    TO_GROUP
  );
}

function period(id: string, name: string, offset: number): string {
  return element('t:Period', '', { Bias: duration(-offset), Name: name, Id: id });
}

function duration(minutes: number): string {
  return `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;
}

/** The day is given as the n-th or last weekday of the month, the time on the clock before the change. */
function recurring(id: string, period: string, { at }: ZoneTransition): string {
  const wall = new Date(wallClock(id, at - 1) + 1);
  const day = wall.getUTCDate();
  const month = wall.getUTCMonth();
  const length = new Date(Date.UTC(wall.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const occurrence = day + 7 > length ? -1 : Math.ceil(day / 7);
  return element(
    't:RecurringDayTransition',
    element('t:To', period, { Kind: 'Period' }) +
      textElement('t:TimeOffset', clockTime(wall)) +
      textElement('t:Month', String(month + 1)) +
      textElement('t:DayOfWeek', DAYS_OF_WEEK[wall.getUTCDay()] ?? 'Sunday') +
      textElement('t:Occurrence', String(occurrence)),
  );
}

function clockTime(wall: Date): string {
  const minutes = wall.getUTCMinutes();
  return `PT${wall.getUTCHours()}H${minutes === 0 ? '' : `${minutes}M`}`;
}

/** The name that people see. */
export function zoneName(id: string, year: number): string {
  const offset = offsetMinutes(id, Date.UTC(year, 0));
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
  const shift = offset === 0 ? '' : `${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
  return `(UTC${shift}) ${id}`;
}
