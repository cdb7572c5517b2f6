import type { Appointment, SeriesException } from '../../mappings/appointment/appointment.js';
import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { RecordSeen } from '../../sync/ports/erp.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { appointmentOf } from '../simulators/memory-exchange-items.js';
import { CLIPPED_TITLE } from './firm.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';

/** Where an appointment can be: the ERP, or one person's mailbox. */
export type Place = 'erp' | Person;

export function nameOf(place: Place): string {
  return place === 'erp' ? 'erp' : place.name;
}

/** One appointment as one place shows it now, in the words in which places are compared. */
export interface Sight {
  readonly id: string;
  /** Who an appointment is: its location, which travels and which nobody ever edits; '' where it turned private. */
  readonly tag: string;
  /** Field → text; what only one side can hold is projected away. */
  readonly texts: Readonly<Record<Field, string>>;
  readonly isPrivate: boolean;
}

export const FIELDS = [
  'subject',
  'when',
  'series',
  'exceptions',
  'body',
  'isPrivate',
  'showAs',
  'reminder',
  'importance',
] as const;
export type Field = (typeof FIELDS)[number];

export function recordSight(firm: Firm, record: ErpAppointment, id: string): Sight {
  const context = contextOf(firm);
  return sightOf(firm, APPOINTMENT.fromErp(record, context), id);
}

export function itemSight(firm: Firm, person: Person, item: StoredItem): Sight {
  const shown = appointmentOf(firm.mailbox(person), item);
  return sightOf(firm, APPOINTMENT.fromExchange(shown, contextOf(firm)), item.id);
}

/** Everything that a place shows, by id. */
export function sightsAt(firm: Firm, place: Place): readonly Sight[] {
  if (place === 'erp') return firm.erp.rows.map((row) => recordSight(firm, row.record, row.id));
  return itemsOf(firm, place).map((item) => itemSight(firm, place, item));
}

/** What is in a person's calendar. */
export function itemsOf(firm: Firm, person: Person): readonly StoredItem[] {
  return [...firm.mailbox(person).folder('calendar').items.values()];
}

/** The appointments of one tag at a place; reads only those. */
export function tagged(firm: Firm, place: Place, tag: string): readonly Sight[] {
  if (place === 'erp') {
    return recordsOf(firm, tag).map((row) => recordSight(firm, row.record, row.id));
  }
  return itemsOf(firm, place)
    .filter((item) => item.properties.Location === tag)
    .map((item) => itemSight(firm, place, item));
}

/** The ERP's records of one tag. */
export function recordsOf(firm: Firm, tag: string): readonly RecordSeen<ErpAppointment>[] {
  return firm.erp.rows.filter(({ record }) => record.location === tag);
}

/** Neither clipped nor in capitals: the beginning of a title, or a field's whole text. It tells edits apart. */
export function tokenOf(field: Field, text: string): string {
  return field === 'subject' ? (text.toLowerCase().split(' ')[0] ?? '') : text;
}

function contextOf(firm: Firm): Parameters<typeof APPOINTMENT.fromErp>[1] {
  const [first] = firm.people;
  if (first === undefined) throw new Error('a firm without people');
  return firm.translation(first);
}

function sightOf(firm: Firm, value: Appointment, id: string): Sight {
  const context = contextOf(firm);
  const held = APPOINTMENT.asExchangeHolds(APPOINTMENT.asErpHolds(value, context), context);
  const canonical = APPOINTMENT.canonical(withTitles(firm, held));
  const texts = Object.fromEntries(
    FIELDS.map((field) => {
      const text = canonical[field] ?? '';
      return [field, typeof text === 'string' ? text : JSON.stringify(text)];
    }),
  ) as Record<Field, string>;
  return { id, tag: held.location, texts, isPrivate: held.isPrivate };
}

/** Titles as the ERP would keep them. */
function withTitles({ setup }: Firm, value: Appointment): Appointment {
  if (setup.titles === 'kept') return value;
  const kept = (title: string): string =>
    setup.titles === 'clipped' ? title.slice(0, CLIPPED_TITLE) : title.toUpperCase();
  const exceptions = value.exceptions.map((one): SeriesException => {
    if (one.change.kind === 'deleted' || one.change.fields.subject === undefined) return one;
    const fields = { ...one.change.fields, subject: kept(one.change.fields.subject) };
    return { ...one, change: { kind: 'changed', fields } };
  });
  return { ...value, subject: kept(value.subject), exceptions };
}
