import { ExchangeError } from './failure.js';
import type { ExtendedPath } from './properties.js';

/**
 * One text per extended property, whichever way it was addressed: GUIDs compare without case, and a
 * well-known set is the same by name and by GUID (fact 65). Refuses what EWS refuses (fact 64).
 */
export function extendedKey(path: ExtendedPath): string {
  if (path.PropertyTag !== undefined) return tagKey(path, path.PropertyTag);
  const set = setOf(path);
  const hasName = path.PropertyName !== undefined;
  if (hasName === (path.PropertyId !== undefined)) {
    throw invalid('An extended property needs exactly one of PropertyName and PropertyId.');
  }
  return `${set}|${hasName ? `n:${path.PropertyName}` : `i:${String(path.PropertyId)}`}`;
}

/** The GUIDs behind the well-known names of property sets ([MS-OXPROPS] 1.3.2). */
const WELL_KNOWN_SETS: ReadonlyMap<string, string> = new Map([
  ['Meeting', '6ed8da90-450b-101b-98da-00aa003f1305'],
  ['Appointment', '00062002-0000-0000-c000-000000000046'],
  ['Common', '00062008-0000-0000-c000-000000000046'],
  ['PublicStrings', '00020329-0000-0000-c000-000000000046'],
  ['Address', '00062004-0000-0000-c000-000000000046'],
  ['InternetHeaders', '00020386-0000-0000-c000-000000000046'],
  ['CalendarAssistant', '11000e07-b51b-40d6-af21-caa85edab1d0'],
  ['UnifiedMessaging', '4442858e-a9e3-4e80-b900-317a210cc15b'],
  ['Task', '00062003-0000-0000-c000-000000000046'],
  ['Sharing', '00062040-0000-0000-c000-000000000046'],
]);

/** The set whose properties travel to attendees (evidence A 68b). */
export const PUBLIC_STRINGS_PREFIX = `${WELL_KNOWN_SETS.get('PublicStrings') ?? ''}|`;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function setOf(path: ExtendedPath): string {
  const { DistinguishedPropertySetId: name, PropertySetId: guid } = path;
  if ((name === undefined) === (guid === undefined)) {
    throw invalid('An extended property needs exactly one of its set ids, or a tag.');
  }
  if (guid !== undefined) {
    if (!GUID.test(guid)) throw invalid(`Not a GUID: ${guid}`);
    return guid.toLowerCase();
  }
  const known = WELL_KNOWN_SETS.get(name ?? '');
  if (known === undefined) throw invalid(`Not a property set: ${String(name)}`);
  return known;
}

function tagKey(path: ExtendedPath, tag: string): string {
  const number = Number(tag);
  if (!Number.isInteger(number) || number < 0 || number > 0xffff)
    throw invalid(`Not a tag: ${tag}`);
  if (number >= 0x8000 && number <= 0xfffe) {
    throw invalid('Tags from 0x8000 to 0xFFFE belong to names and differ per database.');
  }
  const more = [
    path.DistinguishedPropertySetId,
    path.PropertySetId,
    path.PropertyName,
    path.PropertyId,
  ];
  if (more.some((part) => part !== undefined)) throw invalid('A tag stands alone.');
  return `tag:${number.toString(16)}`;
}

function invalid(message: string): ExchangeError {
  return new ExchangeError('ErrorInvalidExtendedProperty', message);
}
