import type { Reason } from '../../sync/engine/reasons.js';
import { REFUSALS } from './refusals.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Language } from './verb.js';

/** What a line of the journal gives as its reason, in the reader's language; what a server or a mapping said is kept. */
export function detailText(detail: string, language: Language): string {
  return new Map<string, Sentence>(Object.entries(TEXTS)).get(detail)?.[language] ?? detail;
}

const TEXTS: Record<Reason, Sentence> = {
  ...REFUSALS,
  takenBack: {
    de: 'unser Anlegen wurde zurückgenommen; die andere Seite bleibt, wie sie ist',
    en: 'our create was taken back; the other side stays as it is',
  },
  recordMissing: {
    de: 'im ERP nicht mehr da, und nichts beweist, dass ihn jemand gelöscht hat',
    en: 'gone from the ERP, and nothing proves that somebody deleted it',
  },
  itemMissing: {
    de: 'nirgends im Postfach: archiviert, endgültig entfernt oder nicht mehr lesbar',
    en: 'nowhere in the mailbox: archived, purged, or not readable any more',
  },
  formChanged: {
    de: 'beide Seiten verschieden, und seit einer Reparatur, neuen Version oder Einstellung sagt nichts, welche geändert wurde',
    en: 'both sides differ, and since a repair, an upgrade or a new setting nothing tells which was changed',
  },
  baseUnknown: {
    de: 'auf einer Seite gelöscht, und seit einer Reparatur oder neuen Version sagt nichts, ob die andere geändert wurde',
    en: 'deleted on one side, and since a repair or an upgrade nothing tells whether the other one was changed',
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
  pairedDiffering: {
    de: 'neu verbunden, beide Seiten verschieden, und nichts sagt, welche geändert wurde',
    en: 'connected anew, both sides differ, and nothing tells which was changed',
  },
  pairedByKey: {
    de: 'am Schlüssel als dasselbe erkannt und verbunden',
    en: 'recognised by its key and connected',
  },
  pairedByUid: {
    de: 'an der UID wiedererkannt und verbunden',
    en: 'recognised by its UID and connected',
  },
  pairedByContent: {
    de: 'am Inhalt als dasselbe erkannt und verbunden',
    en: 'recognised by its content and connected',
  },
  bornByItself: {
    de: 'kommt wieder und wurde abgehakt: was beide Seiten dabei von selbst anlegen, wurde verbunden',
    en: 'it comes again and was ticked off: what both sides make of it by themselves was connected',
  },
  ambiguousTwins: {
    de: 'auf der anderen Seite kommen mehrere in Frage; Betreff oder Ort unterscheidbar machen',
    en: 'several on the other side may be the same; make subject or place tell them apart',
  },
  foundByKey: {
    de: 'nach einer Unterbrechung an seinem Schlüssel wiedergefunden',
    en: 'found by its key after an interruption',
  },
  missedByOne: {
    de: 'gilt nur für diesen Mitarbeiter: die Serie der Kollegen behält den Termin',
    en: 'counts for this employee alone: the series of the colleagues keeps the occurrence',
  },
  keepsFlipping: {
    de: 'jemand anderes, wohl ein Programm, ändert es immer wieder hin und her; es ruht für einen Tag',
    en: 'somebody else, a program it seems, keeps changing it to and fro; it rests for a day',
  },
  takenBackOneWay: {
    de: 'nur auf einer Seite zurückgenommen, weil es nur in eine Richtung reist; es ruht, bis „frozen thaw“ es wieder abgleicht',
    en: 'taken back on one side only, because it travels one way; it rests until "frozen thaw" syncs it again',
  },
  writtenTooOften: {
    de: 'jemand anderes, wohl ein Programm, ändert es alle paar Minuten; es ruht für einen Tag',
    en: 'somebody else, a program it seems, changes it every few minutes; it rests for a day',
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
  putBack: {
    de: 'gelöscht, wo es nicht gelöscht werden darf, und wieder angelegt',
    en: 'deleted where it may not be deleted, and made again',
  },
  recordDeletedAgain: {
    de: 'im ERP zu oft gelöscht, um es noch einmal anzulegen; es bleibt nur im Postfach',
    en: 'deleted in the ERP too often to be made once more; it stays in the mailbox alone',
  },
  itemDeletedAgain: {
    de: 'im Postfach zu oft gelöscht, um es noch einmal anzulegen; es bleibt nur im ERP',
    en: 'deleted in the mailbox too often to be made once more; it stays in the ERP alone',
  },
  direction: {
    de: 'in diese Richtung wird nicht abgeglichen',
    en: 'it is not synced in this direction',
  },
  rights: {
    de: 'dem Mitarbeiter fehlt im ERP das Recht dazu',
    en: 'the employee has no right to do that in the ERP',
  },
  beforeSyncStart: {
    de: 'seit dem Beginn des Abgleichs nicht geändert und nicht Teil des Bestands',
    en: 'not changed since the sync started, and not part of the stock',
  },
  category: {
    de: 'nach seinen Outlook-Kategorien ausgenommen',
    en: 'left out by its Outlook categories',
  },
  waitsForInvitation: {
    de: 'wartet auf die Einladung, die Exchange in dieses Postfach bringt',
    en: 'waits for the invitation, which Exchange brings to this mailbox',
  },
  waitsForColleague: {
    de: 'wartet darauf, dass der Abgleich des einladenden Kollegen sagt, welcher ERP-Termin es ist',
    en: 'waits for the sync of the colleague who invites to tell which ERP appointment it is',
  },
  staysInvited: {
    de: 'im ERP herausgenommen; auf der Teilnehmerliste in Exchange steht er oder sie weiterhin',
    en: 'taken out in the ERP; still on the list of attendees in Exchange',
  },
  attendeesUntold: {
    de: 'den Teilnehmern wurde davon nichts gesagt; in ihren Kalendern kann es noch anders stehen',
    en: 'attendees were not told of it; their calendars may still show it otherwise',
  },
  takenOffUntold: {
    de: 'von der Teilnehmerliste in Exchange genommen; benachrichtigt wurde niemand, weil Exchange dabei allen schreiben würde',
    en: 'taken off the list of attendees in Exchange; nobody was told, because Exchange would mail everybody',
  },
  nobodyInvites: {
    de: 'Besprechung eines Kollegen, dessen Postfach nicht einlädt (nicht abgeglichen oder andere Richtung): hier liegt eine Kopie',
    en: 'meeting of a colleague whose mailbox invites nobody (not synced, or another direction): a copy was made here',
  },
  meetingTaken: {
    de: 'dieselbe Besprechung ist schon verbunden oder wurde hier gelöscht',
    en: 'the same meeting is connected already, or was deleted here',
  },
  meetingDeleted: {
    de: 'der Datensatz dieser Besprechung wurde gelöscht, bevor die Einladung damit verbunden war; sie bleibt im Postfach',
    en: 'the record of this meeting was deleted before the invitation was connected with it; it stays in the mailbox',
  },
  recordLeftOut: {
    de: 'für diese Besprechung gibt es im ERP einen Datensatz, und das ERP nimmt ihn vom Abgleich aus',
    en: 'the ERP has a record of this meeting, and leaves it out of the sync',
  },
  takenOutOfMeeting: {
    de: 'im ERP aus dieser Besprechung herausgenommen; die Einladung bleibt im Postfach',
    en: 'taken out of this meeting in the ERP; the invitation stays in the mailbox',
  },
  outsideWindow: {
    de: 'außerhalb der Tage, die übernommen werden',
    en: 'outside the days that are brought over',
  },
  mailUncertain: {
    de: 'unterbrochen, während Teilnehmer benachrichtigt werden durften: ob die Mail hinausging, ist ungewiss; es geht keine zweite hinaus',
    en: 'interrupted while attendees might be told: whether the mail went out is not certain; no second one is sent',
  },
  recordProtected: {
    de: 'im ERP geschützt; was im Postfach geändert wird, bleibt dort',
    en: 'protected in the ERP; what is changed in the mailbox stays there',
  },
  meetingProtected: {
    de: 'Besprechung im geschützten Modus: was Exchange daran ändert, kommt nicht ins ERP; beide Seiten sind verschieden',
    en: 'meeting in protected mode: what Exchange changes in it does not reach the ERP; both sides differ',
  },
  attendeeCopy: {
    de: 'im Postfach eines Teilnehmers; die Besprechung ändert nur, wer eingeladen hat',
    en: 'in the mailbox of an attendee; only who invited changes the meeting',
  },
  cancelledByOrganizer: {
    de: 'vom Einladenden abgesagt',
    en: 'called off by who invited',
  },
  declined: {
    de: 'von diesem Mitarbeiter abgesagt',
    en: 'declined by this employee',
  },
  recreatedByServer: {
    de: 'gelöscht und von Exchange wieder angelegt, von niemandem wiederhergestellt',
    en: 'deleted and made anew by Exchange; nobody restored it',
  },
  itemBecamePrivate: {
    de: 'im Postfach privat geworden; was von dort kam, steht nicht mehr im ERP',
    en: 'turned private in the mailbox; what came from there is not in the ERP any more',
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
