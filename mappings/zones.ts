import { IANAZone } from 'luxon';
import { UnreadableValue, parseZone } from './values.js';
import type { IanaZone } from './values.js';
import { ZONE_TABLE } from './zone-table.js';

/**
 * Windows zone ids, which Exchange speaks, and IANA zones, which we and the ERP speak. The table is the Unicode
 * CLDR's; several IANA zones share one Windows id. A name that is in neither is null here, never a guess: what is
 * used instead is decided, and reported, where the record is translated.
 */

/**
 * The Windows id of an IANA zone, also under an older name of it; null where Windows has none.
 *
 * windowsZoneOf('Europe/Vienna') → 'W. Europe Standard Time'
 */
export function windowsZoneOf(zone: IanaZone): string | null {
  let windows = WINDOWS_OF.get(zone);
  if (windows === undefined) {
    windows = WINDOWS_BY_LOWER_CASE.get(todaysNameOf(zone).toLowerCase()) ?? null;
    WINDOWS_OF.set(zone, windows);
  }
  return windows;
}

/**
 * The IANA zone of a Windows id as the CLDR has it for the whole world, or an IANA name as it is; case does not
 * matter. null for anything else, such as `Customized Time Zone` or `tzone://Microsoft/Custom`.
 *
 * ianaZoneOf('W. Europe Standard Time') → 'Europe/Berlin'
 */
export function ianaZoneOf(name: string): IanaZone | null {
  let zone = IANA_OF.get(name);
  if (zone === undefined) {
    zone = lookUp(name.trim());
    if (IANA_OF.size < MOST_NAMES) IANA_OF.set(name, zone);
  }
  return zone;
}

/** The one name that all zones with the same Windows id share, to compare zones by; the zone itself where it has none. */
export function sharedNameOf(zone: IanaZone): string {
  return windowsZoneOf(zone) ?? zone;
}

/** Every Windows id of the table. */
export function windowsZones(): readonly string[] {
  return ZONE_TABLE.map(([windows]) => windows);
}

/** Names come off the wire; a server that invents one per item must not fill the memory. */
const MOST_NAMES = 2000;

const WINDOWS_OF = new Map<IanaZone, string | null>();
const IANA_OF = new Map<string, IanaZone | null>();

const WINDOWS_BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(
  ZONE_TABLE.flatMap(([windows, names]) =>
    names.split(' ').map((name) => [name.toLowerCase(), windows] as const),
  ),
);

const IANA_BY_LOWER_CASE: ReadonlyMap<string, string> = new Map([
  ...ZONE_TABLE.map(
    ([windows, names]) => [windows.toLowerCase(), names.split(' ')[0] ?? ''] as const,
  ),
  // IANA names last, so that they win: `UTC` is a name on both sides
  ...ZONE_TABLE.flatMap(([, names]) =>
    names.split(' ').map((name) => [name.toLowerCase(), name] as const),
  ),
  ['tzone://microsoft/utc', 'UTC'], // Exchange Online's own word for UTC
]);

function lookUp(name: string): IanaZone | null {
  try {
    return parseZone(IANA_BY_LOWER_CASE.get(name.toLowerCase()) ?? name);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}

/** Intl turns US/Eastern into America/New_York. */
function todaysNameOf(zone: IanaZone): string {
  if (WINDOWS_BY_LOWER_CASE.has(zone.toLowerCase()) || !IANAZone.isValidZone(zone)) return zone;
  return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
}
