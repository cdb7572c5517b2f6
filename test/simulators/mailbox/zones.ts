import { createRequire } from 'node:module';
import { DateTime, IANAZone } from 'luxon';
import { ExchangeError } from './failure.js';

/** Zones by their Windows ids, as Exchange names them; rules from the machine's IANA data through CLDR's table. */

/** All Windows ids, sorted, `UTC` among them. */
export function windowsZoneIds(): readonly string[] {
  return [...IANA_BY_WINDOWS.keys()].sort();
}

/** The IANA zone of a Windows id (without regard to case, as Windows does). Throws ErrorTimeZone for an unknown one. */
export function ianaOf(windowsId: string): string {
  const known = IANA_BY_WINDOWS.get(windowsId) ?? IANA_BY_LOWER.get(windowsId.toLowerCase());
  if (known === undefined) throw new ExchangeError('ErrorTimeZone', `Unknown zone: ${windowsId}`);
  return known;
}

/** The Windows id as the server writes it. */
export function canonicalZone(windowsId: string): string {
  if (IANA_BY_WINDOWS.has(windowsId)) return windowsId;
  ianaOf(windowsId);
  const lower = windowsId.toLowerCase();
  return [...IANA_BY_WINDOWS.keys()].find((id) => id.toLowerCase() === lower) ?? windowsId;
}

/** The Windows id of an IANA zone; null for one that the table does not have. */
export function windowsOf(iana: string): string | null {
  return WINDOWS_BY_IANA.get(iana.toLowerCase()) ?? null;
}

/** Minutes between UTC and the wall clock of a zone at an instant; east is positive. */
export function offsetMinutes(windowsId: string, instant: number): number {
  return zoneOf(windowsId).offsetAt(instant);
}

/**
 * A wall clock (milliseconds since 1970 as if it were UTC) at an instant.
 */
export function wallClock(windowsId: string, instant: number): number {
  return instant + offsetMinutes(windowsId, instant) * MINUTE;
}

/**
 * The instant of a wall clock. A time inside the gap in spring is read with the offset before it, so it lands
 * as much later; a time that comes twice in autumn is the first of the two.
 */
export function instantOfWall(windowsId: string, wall: number): number {
  const zone = zoneOf(windowsId);
  const before = zone.offsetAt(wall - 24 * HOUR);
  const after = zone.offsetAt(wall + 24 * HOUR);
  const first = wall - Math.max(before, after) * MINUTE;
  const second = wall - Math.min(before, after) * MINUTE;
  if (first + zone.offsetAt(first) * MINUTE === wall) return first;
  if (second + zone.offsetAt(second) * MINUTE === wall) return second;
  return wall - before * MINUTE;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Remembers offsets per quarter of an hour (no zone changes in between): asking Intl costs 100 times more. */
class CachedZone {
  private readonly zone: IANAZone;
  private readonly offsets = new Map<number, number>();

  constructor(iana: string) {
    this.zone = IANAZone.create(iana);
  }

  offsetAt(instant: number): number {
    const quarter = Math.floor(instant / (15 * MINUTE));
    const cached = this.offsets.get(quarter);
    if (cached !== undefined) return cached;
    const offset = this.zone.offset(instant);
    this.offsets.set(quarter, offset);
    return offset;
  }
}

const zones = new Map<string, CachedZone>();

function zoneOf(windowsId: string): CachedZone {
  const cached = zones.get(windowsId);
  if (cached) return cached;
  const zone = new CachedZone(ianaOf(windowsId));
  zones.set(windowsId, zone);
  return zone;
}

interface MapZone {
  readonly mapZone: {
    readonly _other: string;
    readonly _type: string;
    readonly _territory: string;
  };
}

interface WindowsZones {
  readonly supplemental: {
    readonly windowsZones: { readonly mapTimezones: readonly MapZone[] };
  };
}

const IANA_BY_WINDOWS: ReadonlyMap<string, string> = readTable();
const IANA_BY_LOWER: ReadonlyMap<string, string> = new Map(
  [...IANA_BY_WINDOWS].map(([id, iana]) => [id.toLowerCase(), iana]),
);

/** The zone that a country's part of a Windows zone goes by also counts; the first id in the table wins. */
const WINDOWS_BY_IANA: ReadonlyMap<string, string> = new Map([
  ...mapZones()
    .flatMap(({ mapZone }) =>
      mapZone._type.split(' ').map((iana) => [iana.toLowerCase(), mapZone._other] as const),
    )
    .reverse(),
  ['utc', 'UTC'] as const,
  ['etc/utc', 'UTC'] as const,
]);

function mapZones(): readonly MapZone[] {
  const table = createRequire(import.meta.url)(
    'cldr-core/supplemental/windowsZones.json',
  ) as WindowsZones;
  return table.supplemental.windowsZones.mapTimezones;
}

function readTable(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { mapZone } of mapZones()) {
    const [iana = ''] = mapZone._type.split(' ');
    if (mapZone._territory === '001' && IANAZone.isValidZone(iana)) found.set(mapZone._other, iana);
  }
  found.set('UTC', 'Etc/UTC');
  found.set('tzone://Microsoft/Utc', 'Etc/UTC');
  return found;
}

/** A transition of a zone: from `at` on, the offset is `offset` minutes. */
export interface ZoneTransition {
  readonly at: number;
  readonly offset: number;
  readonly isDaylight: boolean;
}

/** The transitions of one year on a zone, in order; used for the zone definitions of GetServerTimeZones. */
export function transitionsIn(windowsId: string, year: number): ZoneTransition[] {
  const found: ZoneTransition[] = [];
  const end = Date.UTC(year + 1, 0, 1);
  let previous = offsetMinutes(windowsId, Date.UTC(year, 0, 1));
  for (let day = Date.UTC(year, 0, 1); day < end; day += DAY) {
    const offset = offsetMinutes(windowsId, Math.min(day + DAY, end - 1));
    if (offset === previous) continue;
    const at = changeWithin(windowsId, day, previous);
    found.push({ at, offset, isDaylight: offset > previous });
    previous = offset;
  }
  return found;
}

/** The first quarter of an hour of a day whose offset is another one. */
function changeWithin(windowsId: string, day: number, previous: number): number {
  let at = day;
  while (at < day + DAY && offsetMinutes(windowsId, at) === previous) at += 15 * MINUTE;
  return at;
}

const EXPLICIT_ZONE = /(Z|[+-]\d\d:\d\d)$/;
const DATE_TIME = /^(-?\d{4,}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads an xs:dateTime (or xs:date) as Exchange does (fact 57): an explicit offset wins, else `zone`.
 * Fractions of a second are cut. Throws ErrorInvalidValueForProperty for what is no time.
 */
export function readTime(text: string, zone: string): number {
  const parts = DATE_TIME.exec(text.trim());
  const [, date = '', time = '00:00:00'] = parts ?? [];
  const wall = DateTime.fromISO(`${date}T${time}Z`, { zone: 'utc' }).toMillis();
  if (!parts || Number.isNaN(wall)) {
    throw new ExchangeError('ErrorInvalidValueForProperty', `Not a time: ${text}`);
  }
  const explicit = EXPLICIT_ZONE.exec(text.trim())?.[1];
  if (explicit === undefined) return instantOfWall(zone, wall);
  if (explicit === 'Z') return wall;
  const sign = explicit.startsWith('-') ? 1 : -1;
  return (
    wall + sign * (Number(explicit.slice(1, 3)) * HOUR + Number(explicit.slice(4, 6)) * MINUTE)
  );
}

/** `2026-03-01T10:00:00Z`: no fraction, always a zone (fact 8). */
export function formatTime(instant: number): string {
  return new Date(Math.floor(instant / 1000) * 1000).toISOString().slice(0, 19) + 'Z';
}
