import { component, line, lineOf } from './ical-text.js';
import type { IcalComponent } from './ical-text.js';
import {
  instantOfWall,
  offsetMinutes,
  transitionsIn,
  wallClock,
  windowsOf,
  windowsZoneIds,
} from './zones.js';
import type { ZoneTransition } from './zones.js';

/** The VTIMEZONE of a Windows zone, with the rules of one year for all times, as Exchange writes it. */
export function writeZone(zone: string, year: number): IcalComponent {
  const [first, second, ...more] = transitionsIn(zone, year);
  const isRegular = first && second && more.length === 0;
  const parts = isRegular
    ? [writeRule(zone, first, second), writeRule(zone, second, first)]
    : ['STANDARD', 'DAYLIGHT'].map((name) => writeFixed(name, zone, year));
  return component('VTIMEZONE', [line('TZID', zone)], parts);
}

function writeRule(zone: string, change: ZoneTransition, other: ZoneTransition): IcalComponent {
  const wall = new Date(wallClock(zone, change.at - 1) + 1);
  const month = wall.getUTCMonth();
  const length = new Date(Date.UTC(wall.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const nth = wall.getUTCDate() + 7 > length ? -1 : Math.ceil(wall.getUTCDate() / 7);
  const day = SHORT_DAYS[wall.getUTCDay()] ?? 'SU';
  return component(change.isDaylight ? 'DAYLIGHT' : 'STANDARD', [
    line('DTSTART', `16010101T${clock(wall)}`),
    line('TZOFFSETFROM', utcOffset(other.offset)),
    line('TZOFFSETTO', utcOffset(change.offset)),
    line('RRULE', `FREQ=YEARLY;INTERVAL=1;BYDAY=${nth}${day};BYMONTH=${month + 1}`),
  ]);
}

function writeFixed(name: string, zone: string, year: number): IcalComponent {
  const offset = utcOffset(offsetMinutes(zone, Date.UTC(year, 6)));
  return component(name, [
    line('DTSTART', '16010101T000000'),
    line('TZOFFSETFROM', offset),
    line('TZOFFSETTO', offset),
  ]);
}

const SHORT_DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

function clock(wall: Date): string {
  return wall.toISOString().slice(11, 19).replace(/:/g, '');
}

function utcOffset(minutes: number): string {
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** The Windows zone behind a TZID: by its own name, by IANA's, else by the rules it comes with; null = none fits. */
export function zoneOfTzid(tzid: string, calendar: IcalComponent): string | null {
  const name = tzid.trim();
  const windows = windowsZoneIds().find((id) => id.toLowerCase() === name.toLowerCase());
  if (windows !== undefined) return windows;
  const [, iana = name] = /([A-Za-z_]+\/[A-Za-z_+\-0-9/]+)$/.exec(name) ?? [];
  const known = windowsOf(iana);
  if (known !== null) return known;
  const definition = calendar.components.find(
    (one) => one.name === 'VTIMEZONE' && lineOf(one, 'TZID')?.value.trim() === name,
  );
  return definition ? zoneOfRules(definition) : null;
}

/** The first zone with the same offsets in winter and summer; Central Europe is asked first. */
function zoneOfRules(definition: IcalComponent): string | null {
  const offsets = definition.components.map((one) => lineOf(one, 'TZOFFSETTO')?.value ?? '');
  const wanted = [...new Set(offsets)].sort().join(' ');
  const year = 2026;
  const isSame = (zone: string): boolean => {
    const found = [Date.UTC(year, 0, 15), Date.UTC(year, 6, 15)].map((at) =>
      utcOffset(offsetMinutes(zone, at)),
    );
    return [...new Set(found)].sort().join(' ') === wanted;
  };
  return ['W. Europe Standard Time', ...windowsZoneIds()].find(isSame) ?? null;
}

/** `20260302T090000` on the clock of a zone. */
export function localStamp(zone: string, instant: number): string {
  return stamp(wallClock(zone, instant));
}

/** `20260302T080000Z`. */
export function utcStamp(instant: number): string {
  return `${stamp(instant)}Z`;
}

function stamp(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, '');
}

/** The wall clock (as if it were UTC) of `20260302`, `20260302T090000` or `…Z`; null for anything else. */
export function wallOfStamp(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?Z?$/.exec(text.trim());
  if (!parts) return null;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  );
}

/** The instant of a stamp: with `Z` as it stands, else on the clock of the zone. */
export function instantOfStamp(text: string, zone: string): number | null {
  const wall = wallOfStamp(text);
  if (wall === null) return null;
  return text.trim().endsWith('Z') ? wall : instantOfWall(zone, wall);
}
