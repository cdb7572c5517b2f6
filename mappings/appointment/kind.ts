import type { ErpAppointment, ErpAppointmentPatch } from '../erp-record.js';
import type { ExchangeAppointment, ExchangeAppointmentPatch } from '../exchange-item.js';
import type { Canonical, Kind, TranslationContext } from '../kind.js';
import { lastOccurrenceDate } from '../occurrences.js';
import { firstDayOf, occurrenceOn } from '../recurrence.js';
import { instantOf, millisecondsOf } from '../values.js';
import type { PlainDate } from '../values.js';
import { localDateOf } from '../wall-clock.js';
import { ZONE_TABLE_VERSION } from '../zone-table.js';
import type { Appointment, When } from './appointment.js';
import { DELETED, canonicalAppointment } from './canonical.js';
import { appointmentFromErp, appointmentToErp } from './erp.js';
import { appointmentFromExchange, appointmentToExchange } from './exchange.js';
import { APPOINTMENT_FIELDS } from './fields.js';
import { appointmentErpHolds, appointmentExchangeHolds } from './held.js';
import { inOrder } from './occurrence-fields.js';

export type AppointmentKind = Kind<
  Appointment,
  ErpAppointment,
  ErpAppointmentPatch,
  ExchangeAppointment,
  ExchangeAppointmentPatch
>;

/** All that the engine must know about appointments. */
export const APPOINTMENT: AppointmentKind = {
  name: 'appointment',
  rules: APPOINTMENT_FIELDS,
  form: appointmentForm,

  fromErp: appointmentFromErp,
  toErp: appointmentToErp,
  fromExchange: appointmentFromExchange,
  toExchange: appointmentToExchange,
  asErpHolds: appointmentErpHolds,
  asExchangeHolds: appointmentExchangeHolds,

  canonical: canonicalAppointment,
  destroyed: destroyedValues,
  withElement(value, field, element, from) {
    return field === 'exceptions' ? withException(value, element, from) : value;
  },

  recordFacts: ({ ownerId, isProtected }) => ({ ownerId, isProtected }),
  itemFacts: ({ uid, lastModified, isOrganizer }) => ({ uid, lastModified, isOrganizer }),
  isPrivate: ({ isPrivate }) => isPrivate,
  lastDay: lastDayOfAppointment,
};

/** Bump when `canonicalAppointment` or what the translations read changes: every fingerprint is compared anew then. */
const FORM = 1;

/** Asked for every appointment, and the same for a whole cycle. */
const forms = new WeakMap<TranslationContext, string>();

function appointmentForm(context: TranslationContext): string {
  let form = forms.get(context);
  if (form === undefined) {
    form = formOf(context);
    forms.set(context, form);
  }
  return form;
}

/** Zone and table decide what an item without a usable zone means, priorities the importance, the language `about`. */
function formOf({ zone, language, priorities }: TranslationContext): string {
  const known = priorities.map(({ id, importance }) => [id, importance].join(' ')).sort();
  return `appointment.${FORM}.${digestOf(JSON.stringify([ZONE_TABLE_VERSION, zone, language, known]))}`;
}

/** FNV-1a, 32 bits: tells settings apart, protects nothing. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text)
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** A subject, location or body emptied, a series made a single appointment, an occurrence deleted: one each. */
function destroyedValues(before: Canonical, after: Canonical): number {
  const emptied = EMPTIABLE.filter((field) => before[field] !== '' && after[field] === '');
  const had = deletedDays(before);
  const deleted = [...deletedDays(after)].filter((day) => !had.has(day));
  return emptied.length + deleted.length;
}

const EMPTIABLE: readonly (keyof Appointment)[] = ['subject', 'location', 'body', 'series'];

function deletedDays({ exceptions }: Canonical): ReadonlySet<string> {
  if (typeof exceptions !== 'object') return new Set();
  return new Set(Object.keys(exceptions).filter((day) => exceptions[day] === DELETED));
}

function withException(value: Appointment, originalDate: string, from: Appointment): Appointment {
  const others = value.exceptions.filter((one) => one.originalDate !== originalDate);
  const taken = from.exceptions.filter((one) => one.originalDate === originalDate);
  return { ...value, exceptions: inOrder([...others, ...taken]) };
}

function lastDayOfAppointment(value: Appointment, context: TranslationContext): PlainDate | null {
  const { series, when } = value;
  const changed = value.exceptions.flatMap(({ change }) =>
    change.kind === 'changed' && change.fields.when !== undefined
      ? [lastDayOfTime(change.fields.when, context)]
      : [],
  );
  if (series === null) return lastDayOfTime(when, context);
  const last = lastOccurrenceDate(series, firstDayOf(when));
  if (last === null) return null;
  const days = [lastDayOfTime(occurrenceOn(when, last), context), ...changed];
  return days.reduce((latest, day) => (day > latest ? day : latest));
}

/** What ends at midnight has not begun the next day. */
function lastDayOfTime(when: When, { zone }: TranslationContext): PlainDate {
  if (when.kind === 'allDay') return when.lastDay;
  const end = when.end === when.start ? when.end : instantOf(millisecondsOf(when.end) - 1000);
  return localDateOf(end, zone);
}
