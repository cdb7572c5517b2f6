import { splitBody } from '../body-block.js';
import type { ErpPriority } from '../erp-record.js';
import { endExchangeHolds } from '../exchange-recurrence.js';
import type { TranslationContext } from '../kind.js';
import { firstDayOf, settled } from '../recurrence.js';
import { writtenLine, writtenText } from '../text.js';
import type { IanaZone } from '../values.js';
import { parseZone } from '../values.js';
import { ianaZoneOf, windowsZoneOf } from '../zones.js';
import type { Appointment, Importance, OccurrenceFields, Series, When } from './appointment.js';
import { checkedWhen, exceptionOf, inOrder, patternTest } from './occurrence-fields.js';

/**
 * What each side would show after a value was put into an empty record of it. Texts lose what cannot be printed and
 * what is too long, times that do not fit their series move on to its first day, exceptions that the pattern does
 * not have are gone. `about` is the ERP's own knowledge and stays.
 */
export function appointmentErpHolds(value: Appointment, context: TranslationContext): Appointment {
  const importance = (wanted: Importance): Importance =>
    priorityFor(wanted, context) === null ? 'normal' : wanted;
  return held(value, (fields) => ({
    ...written(fields),
    importance: importance(fields.importance),
  }));
}

/** The same for Exchange, which also knows fewer zones, no count above 999 and reminders of five years at most. */
export function appointmentExchangeHolds(
  value: Appointment,
  context: TranslationContext,
): Appointment {
  const there = held(value, (fields) => {
    const when = whenExchangeHolds(fields.when, context);
    return { ...written(fields), when, reminder: reminderExchangeHolds(fields.reminder) };
  });
  if (there.series === null) return there;
  return { ...there, series: seriesExchangeHolds(there.series, there.when) };
}

/** The priority to write for an importance that comes from Exchange; null where the ERP has none for it. */
export function priorityFor(
  importance: Importance,
  context: TranslationContext,
): ErpPriority | null {
  const fitting = context.priorities.filter((priority) => priority.importance === importance);
  return fitting.find((priority) => priority.isDefault) ?? fitting[0] ?? null;
}

/** The Windows id to write for a zone, and the zone as it is read back; the mailbox's own where Windows has none. */
export function zoneExchangeHolds(
  zone: IanaZone,
  context: TranslationContext,
): { readonly windows: string; readonly zone: IanaZone; readonly isKnown: boolean } {
  const own = windowsZoneOf(zone);
  const windows = own ?? windowsZoneOf(context.zone) ?? 'UTC';
  return { windows, zone: ianaZoneOf(windows) ?? parseZone('UTC'), isKnown: own !== null };
}

/** Minutes of Exchange's longest reminder (evidence B 7f). */
export const LONGEST_REMINDER = 2_629_800;

function held(
  value: Appointment,
  heldFields: (fields: OccurrenceFields) => OccurrenceFields,
): Appointment {
  const master = heldFields(value);
  const { when, series } = settledTimes(checkedWhen(master.when), value.series);
  const there = { ...master, when, series, about: writtenText(value.about) };
  return { ...there, exceptions: heldExceptions(value, there, heldFields) };
}

function settledTimes(
  when: When,
  series: Series | null,
): { readonly when: When; readonly series: Series | null } {
  return series === null ? { when, series } : settled({ when, series });
}

function heldExceptions(
  value: Appointment,
  master: OccurrenceFields & Pick<Appointment, 'series'>,
  heldFields: (fields: OccurrenceFields) => OccurrenceFields,
): Appointment['exceptions'] {
  if (value.exceptions.length === 0 || master.series === null) return [];
  const isInPattern = patternTest(master);
  return inOrder(
    value.exceptions.map(({ originalDate, change }) => {
      if (!isInPattern(originalDate)) return null;
      if (change.kind === 'deleted') return { originalDate, change };
      const fields = heldFields({ ...master, ...change.fields });
      if (change.fields.when !== undefined) checkedWhen(change.fields.when);
      const { when, ...others } = fields;
      return exceptionOf(
        master,
        originalDate,
        change.fields.when === undefined ? others : { ...others, when },
      );
    }),
  );
}

/** What both sides do to the texts. */
function written(fields: OccurrenceFields): OccurrenceFields {
  return {
    subject: writtenLine(fields.subject),
    when: fields.when,
    location: writtenLine(fields.location),
    body: writtenText(splitBody(fields.body).body),
    isPrivate: fields.isPrivate,
    showAs: fields.showAs,
    reminder: fields.reminder,
    importance: fields.importance,
  };
}

function whenExchangeHolds(when: When, context: TranslationContext): When {
  if (when.kind === 'allDay') return when;
  const { zone } = zoneExchangeHolds(when.zone, context);
  return zone === when.zone ? when : { ...when, zone };
}

function reminderExchangeHolds(minutes: number | null): number | null {
  return minutes === null ? null : Math.min(Math.max(0, minutes), LONGEST_REMINDER);
}

function seriesExchangeHolds(series: Series, when: When): Series {
  const ends = endExchangeHolds(series, firstDayOf(when));
  return ends === series.ends ? series : { ...series, ends };
}
