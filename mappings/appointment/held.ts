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
import { peopleErpHolds, peopleExchangeHolds } from './attendees.js';
import type { People } from './attendees.js';
import { discreetOccurrence } from './discreet.js';
import { untoldFields, withoutUntold } from './occurrence-content.js';
import { checkedWhen, exceptionOf, inOrder, patternTest } from './occurrence-fields.js';

/**
 * What each side would show after a value was put into an empty record of it. Texts lose what cannot be printed and
 * what is too long, times that do not fit their series move on to its first day, exceptions that the pattern does
 * not have are gone. `about` is the ERP's own knowledge and stays.
 */
export function appointmentErpHolds(value: Appointment, context: TranslationContext): Appointment {
  const importance = (wanted: Importance): Importance =>
    priorityFor(wanted, context) === null ? 'normal' : wanted;
  const heldFields: HeldFields = (fields) => ({
    ...written(fields),
    importance: importance(fields.importance),
  });
  const there = held(value, heldFields, { context, untold: untoldFields('erp', context) });
  return withPeople(there, (people) => peopleErpHolds(people, context));
}

/** The same for Exchange, which also knows fewer zones, no count above 999 and reminders of five years at most. */
export function appointmentExchangeHolds(
  value: Appointment,
  context: TranslationContext,
): Appointment {
  const heldFields: HeldFields = (fields) => {
    const when = whenExchangeHolds(fields.when, context);
    return { ...written(fields), when, reminder: reminderExchangeHolds(fields.reminder) };
  };
  const there = held(value, heldFields, { context, untold: untoldFields('exchange', context) });
  const shown = withPeople(there, (people) => peopleExchangeHolds(people, context));
  if (shown.series === null) return shown;
  return { ...shown, series: seriesExchangeHolds(shown.series, shown.when) };
}

function withPeople(value: Appointment, shown: (people: People) => People): Appointment {
  const { isMeeting, attendees, replies, sentAt } = value;
  if (!isMeeting && attendees.length + replies.length === 0 && sentAt === '') return value;
  return { ...value, ...shown({ isMeeting, attendees, replies, sentAt }) };
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

type HeldFields = (fields: OccurrenceFields) => OccurrenceFields;

interface HeldTerms {
  readonly context: TranslationContext;
  /** What does not travel there with an occurrence. */
  readonly untold: readonly (keyof OccurrenceFields)[];
}

function held(value: Appointment, heldFields: HeldFields, terms: HeldTerms): Appointment {
  const master = heldFields(value);
  const { when, series } = settledTimes(checkedWhen(master.when), value.series);
  const { isMeeting, attendees, replies, sentAt } = value;
  const people = { isMeeting, attendees, replies, sentAt };
  const there = { ...master, when, series, ...people, about: writtenText(value.about) };
  return { ...there, exceptions: heldExceptions(value, there, heldFields, terms) };
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
  heldFields: HeldFields,
  terms: HeldTerms,
): Appointment['exceptions'] {
  if (value.exceptions.length === 0 || master.series === null) return [];
  const { context, untold } = terms;
  const isInPattern = patternTest(master);
  return inOrder(
    value.exceptions.map(({ originalDate, change }) => {
      if (!isInPattern(originalDate)) return null;
      if (change.kind === 'deleted') return { originalDate, change };
      const fields = heldFields({
        ...master,
        ...withoutUntold(discreetOccurrence(change.fields, master, context), untold),
      });
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
