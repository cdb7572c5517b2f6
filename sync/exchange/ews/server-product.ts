import type { XmlNode } from './xml-reader.js';

/** The build number of a server, its four parts. */
export type ServerBuild = readonly [number, number, number, number];

/**
 * The build that a server names in the header of an answer; null where it names none. Other servers than Exchange do so too.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/serverversioninfo
 */
export function readServerBuild(info: XmlNode | null): ServerBuild | null {
  if (info === null) return null;
  const part = (name: string): number => {
    const text = info.attributes[name] ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  };
  const major = part('MajorVersion');
  const minor = part('MinorVersion');
  if (Number.isNaN(major) || Number.isNaN(minor)) return null;
  return [major, minor, part('MajorBuildNumber') || 0, part('MinorBuildNumber') || 0];
}

/** As "Exchange Server 2019 CU14 (15.2.1544.4)". */
export function productOf(build: ServerBuild): string {
  const [major, minor, number] = build;
  return `${nameOf(major, minor, number)} (${build.join('.')})`;
}

/** Whether it is older than Exchange 2013 SP1, the oldest we speak with. */
export function isTooOld([major, minor, number]: ServerBuild): boolean {
  return major < 15 || (major === 15 && minor === 0 && number < SP1_OF_2013);
}

const SP1_OF_2013 = 847;

function nameOf(major: number, minor: number, number: number): string {
  if (major === 15 && minor >= 20) return 'Exchange Online';
  if (major === 15 && minor === 2 && number >= SE) return 'Exchange Server SE';
  const line = LINES.get(`${major}.${minor}`);
  if (line === undefined) return major < 15 ? (OLD.get(major) ?? 'Exchange') : 'Exchange';
  const update = line.updates.findLastIndex((first) => first <= number);
  return `Exchange Server ${line.name}${update <= 0 ? '' : ` ${line.nameOf(update)}`}`;
}

/** Subscription Edition goes on in the numbers of 2019. */
const SE = 2562;

const OLD: ReadonlyMap<number, string> = new Map([
  [8, 'Exchange Server 2007'],
  [14, 'Exchange Server 2010'],
]);

interface Line {
  readonly name: string;
  /** The third part of the build of the first release and of each cumulative update. */
  readonly updates: readonly number[];
  nameOf(update: number): string;
}

/** https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates */
const LINES: ReadonlyMap<string, Line> = new Map([
  [
    '15.0',
    {
      name: '2013',
      updates: [
        516, 620, 712, 775, 847, 913, 995, 1044, 1076, 1104, 1130, 1156, 1178, 1210, 1236, 1263,
        1293, 1320, 1347, 1365, 1367, 1395, 1473, 1497,
      ],
      nameOf: (update: number) => (update === 4 ? 'SP1' : `CU${update}`),
    },
  ],
  [
    '15.1',
    {
      name: '2016',
      updates: [
        225, 396, 466, 544, 669, 845, 1034, 1261, 1415, 1466, 1531, 1591, 1713, 1779, 1847, 1913,
        1979, 2044, 2106, 2176, 2242, 2308, 2375, 2507,
      ],
      nameOf: (update: number) => `CU${update}`,
    },
  ],
  [
    '15.2',
    {
      name: '2019',
      updates: [221, 330, 397, 464, 529, 595, 659, 721, 792, 858, 922, 986, 1118, 1258, 1544, 1748],
      nameOf: (update: number) => `CU${update}`,
    },
  ],
]);
