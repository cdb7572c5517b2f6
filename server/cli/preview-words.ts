import { writeRule } from '../../mappings/rrule.js';
import type { Appointment, SeriesException, When } from '../../mappings/appointment/appointment.js';
import { millisecondsOf } from '../../mappings/values.js';
import type { IanaZone } from '../../mappings/values.js';
import type { Language } from './verb.js';

/** A field of an appointment, by its name for people; an element is named behind it. */
export function fieldName(path: string, language: Language): string {
  const [field = path, element] = path.split('/');
  const name = NAMES[language][field] ?? field;
  return element === undefined ? name : `${name} ${element}`;
}

const NAMES: Record<Language, Readonly<Record<string, string>>> = {
  de: {
    subject: 'Betreff',
    when: 'Zeit',
    series: 'Serie',
    exceptions: 'Einzeltermin',
    location: 'Ort',
    body: 'Text',
    isPrivate: 'privat',
    showAs: 'anzeigen als',
    reminder: 'Erinnerung',
    importance: 'Wichtigkeit',
    isMeeting: 'Besprechung',
    attendees: 'Teilnehmer',
    attachments: 'Anhänge',
    replies: 'Antwort',
    about: 'Angaben aus dem ERP',
  },
  en: {
    subject: 'subject',
    when: 'time',
    series: 'series',
    exceptions: 'occurrence',
    location: 'location',
    body: 'text',
    isPrivate: 'private',
    showAs: 'show as',
    reminder: 'reminder',
    importance: 'importance',
    isMeeting: 'meeting',
    attendees: 'attendees',
    attachments: 'attachments',
    replies: 'reply',
    about: 'details of the ERP',
  },
};

/** What an appointment is called in a list: subject and time. */
export function titleOf(value: Appointment, zone: IanaZone, language: Language): string {
  return `${quoted(value.subject, language)}, ${whenWords(value.when, zone, language)}`;
}

/** One field of an appointment as a person reads it; `path` may name an element. */
export function fieldWords(
  value: Appointment,
  path: string,
  { zone, language }: { readonly zone: IanaZone; readonly language: Language },
): string {
  const [field = path, element] = path.split('/');
  const words = WORDS[language];
  if (field === 'when') return whenWords(value.when, zone, language);
  if (field === 'series') return value.series === null ? words.none : writeRule(value.series);
  if (field === 'exceptions') return occurrenceWords(value.exceptions, element ?? '', language);
  if (field === 'showAs') return words.showAs[value.showAs];
  if (field === 'importance') return words.importance[value.importance];
  if (field === 'reminder') return value.reminder === null ? words.none : `${value.reminder} min`;
  const known: unknown = new Map(Object.entries(value)).get(field);
  if (typeof known === 'string') return quoted(known, language);
  if (typeof known === 'boolean') return known ? words.yes : words.no;
  return shortened(JSON.stringify(known ?? null));
}

/** On the clock of the mailbox's zone, as one writes it in the language; 12/10 would be read as two different days. */
function whenWords(when: When, zone: IanaZone, language: Language): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const month = language === 'de' ? 'numeric' : 'short';
  const date = { weekday: 'short', day: 'numeric', month, year: 'numeric' } as const;
  if (when.kind === 'allDay') {
    const format = new Intl.DateTimeFormat(locale, { ...date, timeZone: 'UTC' });
    return format.formatRange(Date.parse(when.firstDay), Date.parse(when.lastDay));
  }
  const time = { hour: '2-digit', minute: '2-digit', timeZone: zone } as const;
  const format = new Intl.DateTimeFormat(locale, { ...date, ...time });
  return format.formatRange(millisecondsOf(when.start), millisecondsOf(when.end));
}

function occurrenceWords(
  exceptions: readonly SeriesException[],
  day: string,
  language: Language,
): string {
  const found = exceptions.find(({ originalDate }) => originalDate === day);
  const words = WORDS[language];
  if (found === undefined) return words.regular;
  if (found.change.kind === 'deleted') return words.cancelled;
  const fields = Object.keys(found.change.fields).map((field) => fieldName(field, language));
  return `${words.changed} (${fields.join(', ')})`;
}

const LONGEST = 60;

/** One line of it; a whole body would bury the list. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  if (line.length <= LONGEST) return line;
  const letters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}

function quoted(text: string, language: Language): string {
  return language === 'de' ? `„${shortened(text)}“` : `"${shortened(text)}"`;
}

const WORDS = {
  de: {
    none: 'keine',
    yes: 'ja',
    no: 'nein',
    regular: 'wie die Serie',
    cancelled: 'fällt aus',
    changed: 'geändert',
    showAs: {
      free: 'frei',
      tentative: 'mit Vorbehalt',
      busy: 'gebucht',
      away: 'abwesend',
      elsewhere: 'an anderem Ort tätig',
    },
    importance: { low: 'niedrig', normal: 'normal', high: 'hoch' },
  },
  en: {
    none: 'none',
    yes: 'yes',
    no: 'no',
    regular: 'as the series',
    cancelled: 'does not take place',
    changed: 'changed',
    showAs: {
      free: 'free',
      tentative: 'tentative',
      busy: 'busy',
      away: 'away',
      elsewhere: 'working elsewhere',
    },
    importance: { low: 'low', normal: 'normal', high: 'high' },
  },
} as const;
