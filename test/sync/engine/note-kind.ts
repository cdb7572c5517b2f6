import { createHash } from 'node:crypto';
import type { Kind, TranslationContext } from '../../../mappings/kind.js';
import { parseZone } from '../../../mappings/values.js';
import { baseOf } from '../../../sync/engine/fingerprint.js';
import type { Fingerprinter } from '../../../sync/engine/fingerprint.js';
import type { Shown } from '../../../sync/engine/shown.js';
import type { Bases } from '../../../sync/ports/store.js';
import { DEFAULT_CONTENT } from '../../../mappings/kind.js';
import { PLAIN } from './plain-kind.js';

/** The smallest record that has everything the merge decides about: a clipped field, a set, a one-way field. */
export interface Note {
  readonly title: string;
  readonly room: string;
  readonly days: Readonly<Record<string, string>>;
  readonly about: string;
}

export interface NoteShapes {
  readonly value: Note;
  readonly record: Note;
  readonly recordPatch: Partial<Note>;
  readonly item: Note;
  readonly itemPatch: Partial<Note>;
}

/** The ERP of this kind holds ten characters of a title. */
export const NOTE: Kind<Note, Note, Partial<Note>, Note, Partial<Note>> = {
  ...PLAIN,
  name: 'task',
  rules: {
    title: { onConflict: 'connection', direction: 'both', merge: 'whole' },
    room: { onConflict: 'connection', direction: 'both', merge: 'whole' },
    days: { onConflict: 'connection', direction: 'both', merge: 'byElement' },
    about: { onConflict: 'erp', direction: 'toExchange', merge: 'whole' },
  },
  form: () => 'note.1',
  fromErp: (record) => record,
  toErp: (value) => ({ value, losses: [] }),
  fromExchange: (item) => item,
  toExchange: (value) => ({ value, losses: [] }),
  asErpHolds: (value) => ({ ...value, title: value.title.slice(0, 10) }),
  asExchangeHolds: (value) => value,
  canonical: (value) => ({ ...value }),
  sameness: ({ title, room }) => [`${title} ${room}`, title],
  destroyed: (before, after) => (before['title'] !== '' && after['title'] === '' ? 1 : 0),
  withElement(value, field, element, from) {
    if (field !== 'days') return value;
    const days = { ...value.days };
    const state = from.days[element];
    if (state === undefined) Reflect.deleteProperty(days, element);
    else days[element] = state;
    return { ...value, days };
  },
  blanks: { title: '', room: '', days: {}, about: '' },
};

export const CONTEXT: TranslationContext = {
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  employeeId: 'E01',
  priorities: [],
  content: DEFAULT_CONTENT,
};

/** Readable in a failing test, and no two texts meet. */
export const PLAIN_PRINTS: Fingerprinter = {
  of: (linkId, field, text) =>
    createHash('sha256').update(`${linkId} ${field} ${text}`).digest('base64url').slice(0, 16),
};

/** A note with everything at rest but what the test names. */
export function note(different: Partial<Note> = {}): Note {
  return { title: 'Wartung', room: 'Halle 1', days: {}, about: 'Firma Muster', ...different };
}

export function shown(value: Note): Shown<Note> {
  const canonical = NOTE.canonical(value);
  return { value, canonical, base: baseOf(PLAIN_PRINTS, 'link', canonical) };
}

export function basesOf(erp: Note, exchange: Note = erp): Bases {
  return { erp: shown(erp).base, exchange: shown(exchange).base };
}
