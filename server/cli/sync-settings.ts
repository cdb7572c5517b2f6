import { APPOINTMENT_FIELDS } from '../../mappings/appointment/fields.js';
import { keysOf } from '../../mappings/keys.js';
import type { IanaZone } from '../../mappings/values.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { InputError } from './input.js';
import { pausesIn } from './pause-form.js';
import { DIRECTION, NAMES, oneOf, orNull, whole, YES_NO } from './setting.js';
import type { ValueForm } from './setting.js';

/** An option of the sync that a connection, an employee or one kind of theirs may have. */
export interface SyncSetting {
  /** Where it is kept, as `window.daysBack`. */
  readonly path: string;
  readonly help: Sentence;
  readonly value: string;
  read(text: string, key: string): unknown;
  show(value: unknown): string;
}

/** By what is typed. Pauses are those of the wall clock in `zone`. */
export function syncSettings(zone: IanaZone): Readonly<Record<string, SyncSetting>> {
  return {
    enforce: setting('enforce', YES_NO, {
      de: 'setzt zurück, was auf einer Seite geändert wird, von der es nicht ausgehen darf',
      en: 'puts back what is changed on a side that it may not travel away from',
    }),
    'only-categories': setting('categories.only', orNull(NAMES, 'all'), {
      de: 'nur Einträge mit einer dieser Outlook-Kategorien',
      en: 'only items with one of these Outlook categories',
    }),
    'never-categories': setting('categories.never', noneOr(NAMES), {
      de: 'keine Einträge mit einer dieser Outlook-Kategorien',
      en: 'no items with one of these Outlook categories',
    }),
    'days-back': setting('window.daysBack', orNull(whole(1, 36_500), 'unlimited'), {
      de: 'so viele Tage zurück wird abgeglichen; was älter wird, bleibt, wie es ist',
      en: 'so many days back is synced; what grows older stays as it is',
    }),
    'months-ahead': setting('window.monthsAhead', orNull(whole(1, 1_200), 'unlimited'), {
      de: 'so viele Monate voraus wird übernommen',
      en: 'so many months ahead is brought over',
    }),
    pauses: setting('pauses', pausesIn(zone), {
      de: 'wann kein Abgleich beginnt, in der Zeitzone der Verbindung',
      en: 'when no sync begins, in the time zone of the connection',
    }),
    meetings: setting('meetings', oneOf({ protected: 'protected', full: 'full' }), {
      de: 'protected: was Exchange an Besprechungen ändert, wird gezeigt und nicht übernommen',
      en: 'protected: what Exchange changes in meetings is shown and not taken over',
    }),
    'real-meetings': setting('realMeetings', YES_NO, {
      de: 'der Termin des Besitzers hat Teilnehmer, die anderen bekommen ihn über Exchange',
      en: 'the owner’s appointment has attendees, the others get theirs from Exchange',
    }),
    'send-mail': setting('sendMail', YES_NO, {
      de: 'Exchange darf Einladungen, Änderungen und Absagen verschicken',
      en: 'Exchange may send invitations, updates and cancellations',
    }),
    'book-rooms': setting('bookRooms', YES_NO, {
      de: 'Anfragen gehen an Raumpostfächer, und nur an diese',
      en: 'requests go to room mailboxes, and to these only',
    }),
    absences: setting('absences', YES_NO, {
      de: 'genehmigte Abwesenheiten gehen mit neutralem Text nach Exchange',
      en: 'approved absences go to Exchange with a neutral text',
    }),
    body: setting(
      'content.body',
      oneOf({ both: 'both', 'to-exchange': 'toExchange', never: 'never' }),
      {
        de: 'wie der Text abgeglichen wird; never: er kommt nie nach Exchange',
        en: 'how the text is synced; never: it never gets to Exchange',
      },
    ),
    'plain-text': setting('content.plainText', YES_NO, {
      de: 'reiner Text statt HTML; so werden Texte immer geschrieben, auch bei no',
      en: 'plain text instead of HTML; texts are always written so, with no as well',
    }),
    reminders: setting('content.reminders', oneOf({ 'as-is': 'asIs', never: 'never' }), {
      de: 'never: schreibt keine Erinnerungen nach Exchange',
      en: 'never: writes no reminders to Exchange',
    }),
  };
}

/** The direction of one field, as `field.body`; refuses a field that does not exist, with the list of those that do. */
export function fieldSetting(key: string): SyncSetting {
  const typed = key.slice(FIELD.length);
  const field = keysOf(APPOINTMENT_FIELDS).find((name) => dashed(name) === typed);
  if (field === undefined) {
    const list = keysOf(APPOINTMENT_FIELDS).map(dashed).join(', ');
    throw new InputError({
      de: `Das Feld „${typed}“ gibt es nicht. Es gibt: ${list}.`,
      en: `There is no field "${typed}". There are: ${list}.`,
    });
  }
  return setting(`fields.${field}`, DIRECTION, {
    de: 'in welche Richtung dieses Feld abgeglichen wird',
    en: 'which way this field is synced',
  });
}

export const FIELD = 'field.';

/** `showAs` as it is typed: `show-as`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A list that may be empty. */
function noneOr(form: ValueForm<readonly string[]>): ValueForm<readonly string[]> {
  return {
    value: `${form.value}|none`,
    read: (text, key) => (text === 'none' ? [] : form.read(text, key)),
    show: (value) => (value.length === 0 ? 'none' : form.show(value)),
  };
}

function setting<T>(path: string, form: ValueForm<T>, help: Sentence): SyncSetting {
  return {
    ...{ path, help },
    value: form.value,
    read: (text, key) => form.read(text, key),
    // shown is only what was read by the same form, or its default
    show: (value) => form.show(value as T),
  };
}
