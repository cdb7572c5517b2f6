import type { CalendarEntry, Sighting } from './calendar-entry.js';
import { SIGHTING_FIELDS } from './compare.js';
import type { CompareSide, Difference, Duplicate } from './compare.js';
import type { Thing } from './thing.js';

/** Something that is not as it must be, in one line, and what it is about where that is known. */
export interface Finding {
  readonly line: string;
  readonly recordId: string | null;
  readonly thing: Thing | null;
}

/** One line that names the employee, the appointment, and the first things that differ. For developers, in English. */
export function explainDifference(employee: string, difference: Difference): string {
  if (difference.kind === 'unmatched') {
    const { side, entry } = difference;
    return `${employee}: ${named(entry)} is only in ${NAMES[side]} (${entry.id}${markOf(entry)})`;
  }
  const { erp, exchange } = difference;
  const found = differingValues(erp, exchange);
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  const ids = `${erp.id} / ${exchange.id}${markOf(exchange)}`;
  return `${employee}: ${named(erp)} differs: ${found.slice(0, SHOWN).join('; ')}${more} (${ids})`;
}

const SHOWN = 3;
const NAMES: Record<CompareSide, string> = { erp: 'the ERP', exchange: 'Exchange' };
const REASONS: Record<Duplicate['why'], string> = {
  sameContent: 'once more than on the other side',
  sameMark: 'a second time with the same mark',
  sameUid: 'a second time with the same UID',
};

/** One line about something that is there twice. */
export function explainDuplicate(employee: string, { side, entry, why }: Duplicate): string {
  return `${employee}: ${named(entry)} is in ${NAMES[side]} ${REASONS[why]} (${entry.id}${markOf(entry)})`;
}

function markOf({ mark }: CalendarEntry): string {
  return mark === null ? '' : `, mark ${mark}`;
}

function named({ occurrences, isSeries }: CalendarEntry): string {
  const [first] = occurrences;
  const what = isSeries ? 'series ' : '';
  return first ? `${what}"${first.subject}" of ${first.start}` : `${what}without occurrence`;
}

/** Occurrences that only one side has, then the fields of those that both have. */
function differingValues(erp: CalendarEntry, exchange: CalendarEntry): string[] {
  const mine = byStart(erp);
  const theirs = byStart(exchange);
  const onlyErp = [...mine.keys()].filter((start) => !theirs.has(start));
  const onlyExchange = [...theirs.keys()].filter((start) => !mine.has(start));
  const times = [
    ...(onlyErp.length > 0 ? [`${listed(onlyErp)} only in the ERP`] : []),
    ...(onlyExchange.length > 0 ? [`${listed(onlyExchange)} only in Exchange`] : []),
  ];
  const [anyErp] = erp.occurrences;
  const [anyExchange] = exchange.occurrences;
  if (!erp.isSeries && anyErp && anyExchange && anyErp.start !== anyExchange.start) {
    return [...times, ...differingFields(anyErp, anyExchange)];
  }
  const fields = [...mine].flatMap(([start, sighting]) => {
    const other = theirs.get(start);
    return other === undefined ? [] : differingFields(sighting, other);
  });
  return [...times, ...new Set(fields)];
}

function byStart({ occurrences }: CalendarEntry): Map<string, Sighting> {
  return new Map(occurrences.map((sighting) => [sighting.start, sighting]));
}

function listed(starts: readonly string[]): string {
  const rest = starts.length > SHOWN ? ` (+${starts.length - SHOWN})` : '';
  return starts.slice(0, SHOWN).join(', ') + rest;
}

function differingFields(erp: Sighting, exchange: Sighting): string[] {
  return SIGHTING_FIELDS.filter((field) => erp[field] !== exchange[field]).map(
    (field) =>
      `${field} of ${erp.start} is ${shown(erp[field])} in the ERP, ${shown(exchange[field])} in Exchange`,
  );
}

/** Long texts are cut around the first place where a reader would look. */
function shown(value: Sighting[keyof Sighting]): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…"` : text;
}
