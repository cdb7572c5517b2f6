import { TYPES_NS } from './namespaces.js';
import { element } from './xml.js';

/** Which Exchange this is: it says so in every answer, and refuses the versions that came after it (facts 3, 4). */
export type ServerRelease = keyof typeof RELEASES;

export const SERVER_RELEASES = ['2013', '2016', '2019', 'se'] as const satisfies ServerRelease[];

interface Release {
  readonly build: readonly [major: number, minor: number, build: number, revision: number];
  /** What ServerVersionInfo calls its schema; no value for a client to send. */
  readonly schema: string;
  /** How many of `VERSIONS` it accepts, from the oldest on. */
  readonly newest: string;
  /** Fact 85: HangingConnectionLimit. */
  readonly streamsAtOnce: number;
}

const RELEASES = {
  '2013': { build: [15, 0, 847, 32], schema: 'V2_8', newest: 'Exchange2013_SP1', streamsAtOnce: 3 },
  '2016': {
    build: [15, 1, 2507, 6],
    schema: 'V2017_07_11',
    newest: 'Exchange2016',
    streamsAtOnce: 10,
  },
  '2019': {
    build: [15, 2, 1748, 10],
    schema: 'V2017_07_11',
    newest: 'V2017_07_11',
    streamsAtOnce: 10,
  },
  se: { build: [15, 2, 2562, 17], schema: 'V2017_07_11', newest: 'V2017_07_11', streamsAtOnce: 10 },
} satisfies Record<string, Release>;

const VERSIONS = [
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2009',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2012',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2015',
  'Exchange2016',
  'V2015_10_05',
  'V2016_01_06',
  'V2016_04_13',
  'V2016_07_13',
  'V2016_10_10',
  'V2017_01_07',
  'V2017_04_14',
  'V2017_07_11',
];

/** Whether a request of that version is understood. */
export function acceptsVersion(release: ServerRelease, version: string): boolean {
  const at = VERSIONS.indexOf(version);
  return at >= 0 && at <= VERSIONS.indexOf(RELEASES[release].newest);
}

/** How many streams a budget may have open. */
export function streamsAtOnce(release: ServerRelease): number {
  return RELEASES[release].streamsAtOnce;
}

/** The header of every answer. */
export function serverVersionInfo(release: ServerRelease): string {
  const { build, schema } = RELEASES[release];
  const [MajorVersion, MinorVersion, MajorBuildNumber, MinorBuildNumber] = build;
  return element('h:ServerVersionInfo', '', {
    ...{ MajorVersion, MinorVersion, MajorBuildNumber, MinorBuildNumber },
    Version: schema,
    'xmlns:h': TYPES_NS,
  });
}
