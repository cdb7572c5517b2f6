import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parseZone } from '../../mappings/values.js';
import { clocksAgree } from '../../mappings/wall-clock.js';
import { ianaZoneOf, sharedNameOf, windowsZoneOf, windowsZones } from '../../mappings/zones.js';
import { generateZoneTable } from './generate-zones.js';

/** All names that this engine lists, and names that it knows without listing them. */
const NAMES = [
  ...Intl.supportedValuesOf('timeZone'),
  'Europe/Kyiv',
  'Asia/Kolkata',
  'Asia/Ho_Chi_Minh',
  'America/Nuuk',
  'America/Argentina/Buenos_Aires',
  'US/Eastern',
  'US/Pacific',
  'Etc/GMT',
  'Etc/UTC',
  'UTC',
];

/** Zones without a Windows id; whoever uses one gets a loss. */
const WITHOUT_WINDOWS_ID = ['Antarctica/Troll'];

describe('the table', () => {
  it('is what the generator makes of the CLDR', async () => {
    const file = new URL('../../mappings/zone-table.ts', import.meta.url);
    const style = JSON.parse(
      readFileSync(new URL('../style/prettier.json', import.meta.url), 'utf8'),
    ) as object;
    const made = await format(generateZoneTable(), { ...style, parser: 'typescript' });
    expect(readFileSync(file, 'utf8')).toBe(made);
  });

  it('has a zone for every Windows id', () => {
    expect(windowsZones().filter((name) => ianaZoneOf(name) === null)).toEqual([]);
    expect(windowsZones().length).toBeGreaterThan(130);
  });

  it('has a Windows id for every zone this engine knows, but one', () => {
    const without = NAMES.filter((name) => windowsZoneOf(parseZone(name)) === null);
    expect(without).toEqual(WITHOUT_WINDOWS_ID);
  });

  it('leads from a Windows id to IANA and back to the same id', () => {
    const back = windowsZones().map((name) => windowsZoneOf(ianaZoneOf(name) ?? parseZone('UTC')));
    expect(back).toEqual(windowsZones());
  });

  it('puts together zones whose clocks run alike today', () => {
    const apart = NAMES.filter((name) => {
      const zone = parseZone(name);
      const other = ianaZoneOf(windowsZoneOf(zone) ?? name) ?? zone;
      return !clocksAgree(zone, other, { from: 2026, to: 2030 });
    });
    // with the zone data of 2025: Scoresbysund and two research stations
    expect(apart.filter((name) => !/^(Antarctica|America.Scoresbysund)/.test(name))).toEqual([]);
  });
});

// prettier-ignore
const READ: readonly (readonly [name: string, zone: string | null])[] = [
  ['W. Europe Standard Time', 'Europe/Berlin'],
  ['w. europe standard time', 'Europe/Berlin'],
  ['Tokyo Standard Time', 'Asia/Tokyo'],
  ['UTC', 'UTC'],
  ['tzone://Microsoft/Utc', 'UTC'],
  ['Europe/Vienna', 'Europe/Vienna'],
  ['europe/vienna', 'Europe/Vienna'],
  ['tzone://Microsoft/Custom', null],
  ['Customized Time Zone', null],
  ['(UTC+01:00) Amsterdam, Berlin', null],
  ['CET', null],
  ['+01:00', null],
  ['', null],
  ['Mars/Olympus Mons', null],
];

describe('a name from Exchange', () => {
  it.each(READ)('%s → %s', (name, zone) => {
    expect(ianaZoneOf(name)).toBe(zone);
  });

  it('is one zone whatever country it is named after', () => {
    expect(sharedNameOf(parseZone('Europe/Vienna'))).toBe(sharedNameOf(parseZone('Europe/Berlin')));
    expect(sharedNameOf(parseZone('Antarctica/Troll'))).toBe('Antarctica/Troll');
  });
});
