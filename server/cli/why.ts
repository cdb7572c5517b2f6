import type { Foreseen } from '../../sync/engine/preview.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { UNTIL_THAWED } from '../../sync/ports/store.js';
import { machineChance, machineClock } from '../clock.js';
import { MOST_MAILBOXES, whyIsIt } from '../why.js';
import type { Answered, Standing } from '../why.js';
import type { Trace } from '../wire.js';
import { findSynced } from './find-employee.js';
import type { Input } from './input.js';
import { detailText } from './journal-details.js';
import { fieldName } from './preview-words.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const WHY: Verb = {
  name: 'why',
  does: {
    de: 'sagt in einem Satz, warum ein Termin abgeglichen wird oder nicht.',
    en: 'says in one sentence why an appointment is synced or not.',
  },
  positionals: ['ID'],
  options: {
    employee: {
      value: 'ADDRESS|ID',
      help: {
        de: 'nur dieser Mitarbeiter; schneller, wenn viele abgeglichen werden.',
        en: 'only this employee; faster where many are synced.',
      },
    },
  },
  run: why,
};

async function why(input: Input, session: Session): Promise<Outcome> {
  const id = input.word(0)?.trim() ?? '';
  const abgleich = await session.open();
  const synced = await abgleich.employees.list();
  const typed = input.text('employee');
  const employeeId = typed === null ? undefined : findSynced(synced, typed).id;
  const deps = { abgleich, clock: machineClock, chance: machineChance, employeeId };
  const answers = await whyIsIt(id, deps, session.stop);
  if (answers.length === 0) return { exit: 1, json: [], text: NOBODY_KNOWS };
  const nameOf = new Map(synced.map(({ id: one, name }) => [one, name]));
  const text = (language: Language): string =>
    answers.map((one) => lineOf(one, nameOf, language)).join('\n');
  const json = answers.map((one) => ({
    ...one,
    name: nameOf.get(one.employeeId) ?? one.employeeId,
    sentence: { de: standingText(one.standing, 'de'), en: standingText(one.standing, 'en') },
  }));
  return done(json, { de: text('de'), en: text('en') });
}

const NOBODY_KNOWS: Sentence = {
  de: `Niemand kennt diese Kennung: weder unsere Verknüpfungen noch das ERP noch ein Postfach (bei mehr als ${MOST_MAILBOXES} Mitarbeitern werden die Postfächer nur mit --employee gefragt). Eine UID ist erst bekannt, wenn der Termin verknüpft ist: bis dahin bitte die ItemId angeben.`,
  en: `Nobody knows this id: neither our links nor the ERP nor a mailbox (with more than ${MOST_MAILBOXES} employees mailboxes are asked only with --employee). A UID is known once the appointment is linked: until then please give the ItemId.`,
};

function lineOf(
  { employeeId, standing }: Answered,
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  return `${nameOf.get(employeeId) ?? employeeId}: ${standingText(standing, language)}`;
}

function standingText(standing: Standing, language: Language): string {
  const words = WORDS[language];
  switch (standing.what) {
    case 'switchedOff':
      return words.switchedOff(standing.why[language]);
    case 'failing':
      return words.failing(standing.why[language]);
    case 'frozen':
      return frozenText(standing.trace.link?.frozenUntil ?? '', language);
    case 'held':
      return heldText(standing.trace, language);
    case 'parked':
      return parkedText(standing.trace, language);
    case 'ended':
      return words.ended(detailText(standing.trace.link?.ended ?? '', language));
    case 'unfinished':
      return words.unfinished;
    case 'waiting':
      return words.waiting(foreseenText(standing.foreseen, language));
    case 'ignored':
      return words.ignored(detailText(standing.why, language));
    case 'private':
      return words.private;
    case 'filtered':
      return words.filtered;
    case 'synced':
      return syncedText(standing.trace, language);
    case 'unknown':
      return words.unknown(standing.why[language]);
  }
}

function heldText({ held }: Trace, language: Language): string {
  const words = WORDS[language];
  const [first] = held;
  if (first === undefined) return '';
  const verdict = words.verdicts[first.verdict ?? 'none'];
  return words.held(detailText(first.reason, language), verdict, String(first.id));
}

function frozenText(until: string, language: Language): string {
  const words = WORDS[language];
  return until === UNTIL_THAWED ? words.takenBack : words.frozen(until);
}

function parkedText({ parked }: Trace, language: Language): string {
  const [first] = parked;
  if (first === undefined) return '';
  const reason = detailText(first.reason, language);
  const words = WORDS[language];
  return first.kind === 'frozen'
    ? frozenText(first.retryAt, language)
    : words.parked(reason, first.times, first.retryAt);
}

function syncedText({ losses, lastAt }: Trace, language: Language): string {
  const words = WORDS[language];
  const since = words.synced(lastAt);
  if (losses.length === 0) return since;
  const lost = losses.map(({ field, detail }) => `${fieldName(field, language)}: ${detail}`);
  return `${since} ${words.lossy(lost.join('; '))}`;
}

function foreseenText(foreseen: Foreseen<object>, language: Language): string {
  const words = WORDS[language].next;
  switch (foreseen.what) {
    case 'create':
    case 'update':
    case 'remove':
      return words[foreseen.what](foreseen.side === 'erp' ? 'ERP' : 'Exchange');
    case 'link':
      return words.link;
    case 'unlink':
      return words.unlink(detailText(foreseen.why, language));
    case 'hold':
      return words.hold(detailText(foreseen.held, language));
    case 'park':
      return words.park(detailText(foreseen.reason, language));
    case 'ignore':
      return detailText(foreseen.why, language);
    case 'unknown':
      return words.unknown;
  }
}

const WORDS = {
  de: {
    switchedOff: (why: string) => `wird nicht abgeglichen: ${why}.`,
    failing: (why: string) =>
      `wartet, weil der Abgleich dieses Postfachs zurzeit scheitert: ${why}`,
    frozen: (until: string) =>
      `ruht bis ${until}, weil ein anderes Programm es ständig ändert („abgleich frozen thaw“ beendet die Ruhe).`,
    takenBack:
      'ruht, weil etwas zurückgenommen wurde, was nur in eine Richtung reist („abgleich frozen thaw“ gleicht es wieder ab).',
    held: (why: string, verdict: string, number: string) =>
      `angehalten: ${why}; ${verdict} („abgleich held list“, Nummer ${number}).`,
    verdicts: {
      none: 'es wartet auf eine Entscheidung',
      approved: 'freigegeben, der nächste Abgleich führt es aus',
      rejected: 'abgelehnt, beide Seiten bleiben, wie sie sind',
    },
    parked: (why: string, times: number, next: string) =>
      `zurückgestellt nach ${times} ${times === 1 ? 'Versuch' : 'Versuchen'}: ${why} Nächster Versuch ${next}, und sofort nach einer Änderung.`,
    ended: (why: string) => `nicht mehr verbunden: ${why}.`,
    unfinished: 'eine Übertragung ist noch nicht bestätigt; der nächste Abgleich klärt sie.',
    waiting: (what: string) => `der nächste Abgleich dieses Postfachs tut etwas: ${what}.`,
    ignored: (why: string) => `bleibt, wo es ist: ${why}.`,
    private: 'privat, und private Termine dieses Mitarbeiters bleiben außen vor.',
    filtered: 'bleibt, wo es ist: das ERP nimmt es vom Abgleich aus.',
    synced: (at: string | null) =>
      at === null
        ? 'abgeglichen; nichts steht aus.'
        : `abgeglichen, zuletzt ${at}; nichts steht aus.`,
    lossy: (what: string) => `Nicht alles passt auf die andere Seite: ${what}`,
    unknown: (why: string) => `ließ sich gerade nicht nachsehen: ${why}`,
    next: {
      create: (side: string) => `es wird in ${side} angelegt`,
      update: (side: string) => `es wird in ${side} geändert`,
      remove: (side: string) => `es wird in ${side} gelöscht`,
      link: 'beide Seiten werden verbunden',
      unlink: (why: string) => `die Verbindung endet (${why})`,
      hold: (why: string) => `es wird angehalten (${why})`,
      park: (why: string) => `es wird zurückgestellt (${why})`,
      unknown: 'erst der nächste Abgleich kann es sagen',
    },
  },
  en: {
    switchedOff: (why: string) => `is not synced: ${why}.`,
    failing: (why: string) => `waits, because the sync of this mailbox fails at the moment: ${why}`,
    frozen: (until: string) =>
      `rests until ${until}, because another program keeps changing it ("abgleich frozen thaw" ends that).`,
    takenBack:
      'rests, because something was taken back that travels one way only ("abgleich frozen thaw" syncs it again).',
    held: (why: string, verdict: string, number: string) =>
      `held: ${why}; ${verdict} ("abgleich held list", number ${number}).`,
    verdicts: {
      none: 'it waits for a decision',
      approved: 'approved, the next sync carries it out',
      rejected: 'rejected, both sides stay as they are',
    },
    parked: (why: string, times: number, next: string) =>
      `set aside after ${times} ${times === 1 ? 'try' : 'tries'}: ${why} Next try ${next}, and at once after a change.`,
    ended: (why: string) => `not connected any more: ${why}.`,
    unfinished: 'a write is not confirmed yet; the next sync finds out.',
    waiting: (what: string) => `the next sync of this mailbox does something: ${what}.`,
    ignored: (why: string) => `stays where it is: ${why}.`,
    private: 'private, and private appointments of this employee are left out.',
    filtered: 'stays where it is: the ERP leaves it out of the sync.',
    synced: (at: string | null) =>
      at === null
        ? 'synced; nothing is left to do.'
        : `synced, last at ${at}; nothing is left to do.`,
    lossy: (what: string) => `Not all of it fits on the other side: ${what}`,
    unknown: (why: string) => `could not be looked up just now: ${why}`,
    next: {
      create: (side: string) => `it is made in ${side}`,
      update: (side: string) => `it is changed in ${side}`,
      remove: (side: string) => `it is deleted in ${side}`,
      link: 'both sides are connected',
      unlink: (why: string) => `the connection ends (${why})`,
      hold: (why: string) => `it is held (${why})`,
      park: (why: string) => `it is set aside (${why})`,
      unknown: 'only the next sync can tell',
    },
  },
} as const;
