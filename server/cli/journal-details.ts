import type { Reason } from '../../sync/engine/reasons.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Language } from './verb.js';

/** What a line of the journal gives as its reason, in the reader's language; what a server or a mapping said is kept. */
export function detailText(detail: string, language: Language): string {
  return new Map<string, Sentence>(Object.entries(TEXTS)).get(detail)?.[language] ?? detail;
}

const TEXTS: Record<Reason, Sentence> = {
  recordMissing: {
    de: 'im ERP nicht mehr da, und nichts beweist, dass ihn jemand gelöscht hat',
    en: 'gone from the ERP, and nothing proves that somebody deleted it',
  },
  itemMissing: {
    de: 'nirgends im Postfach: archiviert, endgültig entfernt oder nicht mehr lesbar',
    en: 'nowhere in the mailbox: archived, purged, or not readable any more',
  },
  formChanged: {
    de: 'beide Seiten verschieden, und seit einer neuen Version oder Einstellung sagt nichts, welche geändert wurde',
    en: 'both sides differ, and since an upgrade or a new setting nothing tells which was changed',
  },
  tooMuchForEmployee: {
    de: 'bei diesem Mitarbeiter würde auf einmal zu viel gelöscht',
    en: 'too much would be deleted at once for this employee',
  },
  tooMuchOnConnection: {
    de: 'auf dieser Verbindung würde auf einmal zu viel gelöscht',
    en: 'too much would be deleted at once on this connection',
  },
  changedSinceVerdict: {
    de: 'seit der Entscheidung geändert; sie gilt nicht mehr',
    en: 'changed since it was decided about; the decision has lapsed',
  },
  foundByKey: {
    de: 'nach einer Unterbrechung an seinem Schlüssel wiedergefunden',
    en: 'found by its key after an interruption',
  },
  erpWins: { de: 'das ERP setzt sich durch', en: 'the ERP wins' },
  exchangeWins: { de: 'Exchange setzt sich durch', en: 'Exchange wins' },
  deletedEverywhere: { de: 'auf beiden Seiten gelöscht', en: 'deleted on both sides' },
  recordDeletedItemKept: {
    de: 'im ERP gelöscht, im Postfach wie eingestellt behalten',
    en: 'deleted in the ERP, kept in the mailbox as the settings say',
  },
  itemDeletedRecordKept: {
    de: 'im Postfach gelöscht, im ERP wie eingestellt behalten',
    en: 'deleted in the mailbox, kept in the ERP as the settings say',
  },
  recordLeftScope: {
    de: 'im ERP herausgefiltert oder privat geworden',
    en: 'left out by a filter of the ERP, or turned private there',
  },
  itemLeftScope: {
    de: 'in einen anderen Ordner verschoben oder privat geworden',
    en: 'moved to another folder, or turned private',
  },
};
