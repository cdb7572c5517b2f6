import type { JournalLine } from '../wire.js';
import { findSynced } from './find-employee.js';
import type { Input } from './input.js';
import { detailText } from './journal-details.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

const DEFAULT_LIMIT = 100;

export const JOURNAL: Verb = {
  name: 'journal',
  does: {
    de: 'zeigt, was mit welchem Termin geschah, das Neueste zuerst.',
    en: 'shows what happened to which appointment, newest first.',
  },
  positionals: [],
  options: {
    employee: {
      value: 'ADDRESS|ID',
      help: { de: 'nur dieser Mitarbeiter.', en: 'only this employee.' },
    },
    record: {
      value: 'ID',
      help: { de: 'nur dieser Datensatz des ERP.', en: 'only this record of the ERP.' },
    },
    item: {
      value: 'ID',
      help: { de: 'nur dieses Element in Exchange.', en: 'only this item in Exchange.' },
    },
    limit: {
      value: 'N',
      help: {
        de: 'höchstens so viele Zeilen (100; bis 1000).',
        en: 'at most so many lines (100; up to 1000).',
      },
    },
    before: {
      value: 'NUMBER',
      help: {
        de: 'nur ältere als die Zeile mit dieser Nummer, zum Blättern.',
        en: 'only lines older than the one of this number, for paging.',
      },
    },
  },
  run: show,
};

async function show(input: Input, session: Session): Promise<Outcome> {
  const filter = {
    recordId: input.text('record') ?? undefined,
    itemId: input.text('item') ?? undefined,
    before: input.whole('before', { min: 1, max: 999_999_999 }) ?? undefined,
    limit: input.whole('limit', { min: 1, max: 1_000 }) ?? DEFAULT_LIMIT,
  };
  const abgleich = await session.open();
  const typed = input.text('employee');
  const synced = await abgleich.employees.list();
  const employeeId = typed === null ? undefined : findSynced(synced, typed).id;
  const lines = await abgleich.journal.read({ ...filter, employeeId });
  const nameOf = new Map(synced.map(({ id, name }) => [id, name]));
  return done(lines, { de: textOf(lines, nameOf, 'de'), en: textOf(lines, nameOf, 'en') });
}

function textOf(
  lines: readonly JournalLine[],
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  if (lines.length === 0) return EMPTY[language];
  return tableText(
    HEADINGS[language],
    lines.map((line) => [
      String(line.id),
      line.at,
      nameOf.get(line.employeeId) ?? line.employeeId,
      EVENTS[line.event][language],
      line.side === 'erp' ? 'ERP' : 'Exchange',
      line.recordId ?? '–',
      whyOf(line, language),
    ]),
  );
}

/** Fields that changed, what could not be held, and the reason. */
function whyOf({ fields, losses, detail }: JournalLine, language: Language): string {
  const lost = losses.map(({ field, reason }) => `${field}: ${reason}`).join(', ');
  return [fields.join(', '), lost === '' ? '' : `(${lost})`, detailText(detail, language)]
    .filter((part) => part !== '')
    .join(' ');
}

const EMPTY = { de: 'Das Journal ist leer.', en: 'The journal is empty.' };

const HEADINGS = {
  de: ['NR.', 'ZEIT', 'MITARBEITER', 'WAS', 'SEITE', 'DATENSATZ', 'NÄHERES'],
  en: ['NO.', 'TIME', 'EMPLOYEE', 'WHAT', 'SIDE', 'RECORD', 'DETAILS'],
} as const;

const EVENTS: Record<JournalLine['event'], { readonly de: string; readonly en: string }> = {
  created: { de: 'angelegt', en: 'created' },
  updated: { de: 'geändert', en: 'updated' },
  removed: { de: 'gelöscht', en: 'removed' },
  linked: { de: 'verbunden', en: 'linked' },
  unlinked: { de: 'getrennt', en: 'unlinked' },
  conflict: { de: 'Konflikt', en: 'conflict' },
  parked: { de: 'zurückgestellt', en: 'parked' },
  held: { de: 'angehalten', en: 'held' },
  frozen: { de: 'eingefroren', en: 'frozen' },
  failed: { de: 'gescheitert', en: 'failed' },
  lost: { de: 'nicht übernommen', en: 'not taken over' },
  ignored: { de: 'übergangen', en: 'ignored' },
  putBack: { de: 'zurückgesetzt', en: 'put back' },
  takenBack: { de: 'zurückgenommen', en: 'taken back' },
  restored: { de: 'wiederhergestellt', en: 'restored' },
  refused: { de: 'nicht zurückgenommen', en: 'not taken back' },
};
