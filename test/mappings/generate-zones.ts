import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

/**
 * Makes mappings/zone-table.ts from the Unicode CLDR: `npm run build && node dist/test/mappings/generate-zones.js`.
 * A test compares the file with what this makes, so that the table is never edited by hand.
 */
export function generateZoneTable(): string {
  const { version, zones } = readCldr();
  const lines = [...zones].map(([windows, names]) => `  [${quoted(windows)}, ${quoted(names)}],`);
  return [
    '/** Made by test/mappings/generate-zones.ts from the windowsZones.json of the Unicode CLDR. Not edited by hand. */',
    '',
    '/** The edition of the CLDR; part of the canonical form, because another table can translate a zone differently. */',
    `export const ZONE_TABLE_VERSION = ${quoted(version)};`,
    '',
    '/** Windows id and its IANA zones; the first is the one that stands for it, the others have it as their Windows id. */',
    'export const ZONE_TABLE: readonly (readonly [windows: string, iana: string])[] = [',
    ...lines,
    '];',
    '',
  ].join('\n');
}

/**
 * Names of today that the CLDR lists under an older one. Engines that no longer turn one into the other (as Node 20
 * still does) would not find them.
 */
const RENAMED: readonly (readonly [today: string, before: string])[] = [
  ['Africa/Asmara', 'Africa/Asmera'],
  ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
  ['America/Argentina/Catamarca', 'America/Catamarca'],
  ['America/Argentina/Cordoba', 'America/Cordoba'],
  ['America/Argentina/Jujuy', 'America/Jujuy'],
  ['America/Argentina/Mendoza', 'America/Mendoza'],
  ['America/Atikokan', 'America/Coral_Harbour'],
  ['America/Indiana/Indianapolis', 'America/Indianapolis'],
  ['America/Kentucky/Louisville', 'America/Louisville'],
  ['America/Nuuk', 'America/Godthab'],
  ['Asia/Ho_Chi_Minh', 'Asia/Saigon'],
  ['Asia/Kathmandu', 'Asia/Katmandu'],
  ['Asia/Kolkata', 'Asia/Calcutta'],
  ['Asia/Yangon', 'Asia/Rangoon'],
  ['Atlantic/Faroe', 'Atlantic/Faeroe'],
  ['Europe/Kyiv', 'Europe/Kiev'],
  ['Pacific/Chuuk', 'Pacific/Truk'],
  ['Pacific/Kanton', 'Pacific/Enderbury'],
  ['Pacific/Pohnpei', 'Pacific/Ponape'],
];

const CLDR_FILE = z.object({
  supplemental: z.object({
    version: z.object({ _cldrVersion: z.string() }),
    windowsZones: z.object({
      mapTimezones: z.array(
        z.object({
          mapZone: z.object({ _other: z.string(), _type: z.string(), _territory: z.string() }),
        }),
      ),
    }),
  }),
});

function readCldr(): { version: string; zones: ReadonlyMap<string, string> } {
  const file = createRequire(import.meta.url).resolve('cldr-core/supplemental/windowsZones.json');
  const { supplemental } = CLDR_FILE.parse(JSON.parse(readFileSync(file, 'utf8')));
  const rows = supplemental.windowsZones.mapTimezones.map((row) => row.mapZone);
  const ordered = [
    ...rows.filter((row) => row._territory === '001'), // the world first: the name that stands for the zone
    ...rows.filter((row) => row._territory !== '001'),
  ];
  const names = new Map<string, Set<string>>();
  for (const row of ordered) {
    const known = names.get(row._other) ?? new Set();
    for (const name of row._type.split(' ')) if (name !== '') known.add(name);
    names.set(row._other, known);
  }
  for (const known of names.values()) {
    for (const [today, before] of RENAMED) if (known.has(before)) known.add(today);
  }
  names.get('UTC')?.add('UTC').add('Etc/GMT');
  const zones = new Map([...names].map(([windows, known]) => [windows, [...known].join(' ')]));
  return { version: supplemental.version._cldrVersion, zones };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

const target = process.argv[2];
if (target !== undefined && process.argv[1]?.endsWith('generate-zones.js')) {
  writeFileSync(target, generateZoneTable());
}
