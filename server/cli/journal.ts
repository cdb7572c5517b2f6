import type { JournalLine } from '../wire.js';
import type { Input } from './input.js';
import { BEFORE_OPTION, LIST_OPTIONS, openList } from './list-filter.js';
import { detailText } from './journal-details.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const JOURNAL: Verb = {
  name: 'journal',
  does: {
    de: 'zeigt, was mit welchem Termin geschah, das Neueste zuerst.',
    en: 'shows what happened to which appointment, newest first.',
  },
  positionals: [],
  options: {
    ...LIST_OPTIONS,
    item: {
      value: 'ID',
      help: { de: 'nur dieses Element in Exchange.', en: 'only this item in Exchange.' },
    },
    before: BEFORE_OPTION,
  },
  run: show,
};

async function show(input: Input, session: Session): Promise<Outcome> {
  const itemId = input.text('item') ?? undefined;
  const { abgleich, filter, nameOf } = await openList(input, session);
  const lines = await abgleich.journal.read({ ...filter, itemId });
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
